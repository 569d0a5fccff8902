using System.Buffers.Binary;
using TpmHw.Wire;

namespace TpmHw.Simulation;

/// <summary>How long a command takes on the model's clock.</summary>
/// <param name="command">The whole command.</param>
public delegate TimeSpan ExecutionTime(ReadOnlySpan<byte> command);

/// <summary>The part of a model that thinks: it takes a command, runs it on the TPM behind the model, and has its response.</summary>
/// <param name="tpm">What executes.</param>
/// <param name="family">The family that the model's own answers are of.</param>
/// <param name="bufferSize">Room for a command.</param>
internal sealed class CommandEngine(ITpmTransport tpm, TpmFamily family, int bufferSize) : IDisposable
{
    // Bytes that a fault makes the FIFO hold after the response.
    private const int Spare = 1024;

    private readonly byte[] _command = new byte[bufferSize];
    private readonly byte[] _response = new byte[tpm.Info.MaxResponseSize + Spare];
    private readonly ITpmLocality? _locality = tpm.FindAbility<ITpmLocality>();

    /// <summary>Bytes of the command that came.</summary>
    public int CommandLength { get; private set; }

    /// <summary>Bytes of the response, and of whatever follows it.</summary>
    public int ResponseLength { get; private set; }

    /// <summary>Whether the TPM wants more: by the header's size, once that is there (TIS 1.3, 5.6.8.1).</summary>
    public bool Expects => CommandLength < TpmHeader.Size || CommandLength < DeclaredSize;

    /// <summary>Whether the command is as long as its header says.</summary>
    public bool IsWhole => CommandLength >= TpmHeader.Size && DeclaredSize == (uint)CommandLength;

    /// <summary>Whether there is no room for another byte.</summary>
    public bool IsFull => Room == 0;

    /// <summary>How many more bytes of a command there is room for.</summary>
    public int Room => _command.Length - CommandLength;

    /// <summary>The size that the command's header gives.</summary>
    public uint DeclaredSize => BinaryPrimitives.ReadUInt32BigEndian(_command.AsSpan(2));

    public ReadOnlySpan<byte> Command => _command.AsSpan(0, CommandLength);

    public uint CommandCode => TpmHeader.Read(_command).Code;

    public ReadOnlySpan<byte> Response => _response.AsSpan(0, ResponseLength);

    public void Clear()
    {
        _command.AsSpan(0, CommandLength).Clear();
        _response.AsSpan(0, ResponseLength).Clear();
        CommandLength = ResponseLength = 0;
    }

    public void Take(byte value) => _command[CommandLength++] = value;

    public byte Give(int position) => _response[position];

    /// <summary>Runs the command. What the TPM behind throws goes to whoever touches the model.</summary>
    public void Execute(int locality)
    {
        if (!IsWhole || CommandLength > tpm.Info.MaxCommandSize)
        {
            Answer(family == TpmFamily.Tpm20 ? TpmRc.CommandSize : Tpm12Rc.BadParamSize);
            return;
        }

        if (_locality is not null && _locality.Locality != locality)
        {
            _locality.Locality = locality;
        }

        ResponseLength = tpm.Transmit(Command, _response.AsSpan(0, tpm.Info.MaxResponseSize));
    }

    /// <summary>Answers that the command was cancelled; it was not run.</summary>
    public void Cancel() => Answer(TpmRc.Canceled);

    /// <summary>Does to the response what the faults ask for: a header that lies about its size, and bytes that follow.</summary>
    public void Spoil(FaultBoard faults)
    {
        if (faults.IsOn(FaultKind.WrongSize, out int by))
        {
            Span<byte> size = _response.AsSpan(2);
            BinaryPrimitives.WriteUInt32BigEndian(size, unchecked(BinaryPrimitives.ReadUInt32BigEndian(size) + (uint)by));
        }

        if (faults.IsOn(FaultKind.LeftOverData, out int bytes))
        {
            bytes = Math.Clamp(bytes, 0, Spare);
            _response.AsSpan(ResponseLength, bytes).Fill(0xEE);
            ResponseLength += bytes;
        }
    }

    public void Reset()
    {
        Clear();
        tpm.FindAbility<ITpmReset>()?.Reset();
    }

    public void HashStart() => tpm.FindAbility<ITpmHashSequence>()?.HashStart();

    public void HashData(ReadOnlySpan<byte> data) => tpm.FindAbility<ITpmHashSequence>()?.HashData(data);

    public void HashEnd() => tpm.FindAbility<ITpmHashSequence>()?.HashEnd();

    public void ResetEstablished(int locality) => tpm.FindAbility<ITpmEstablished>()?.ResetEstablished(locality);

    public void Dispose() => tpm.Dispose();

    private void Answer(uint code)
    {
        ResponseLength = TpmHeader.Size;
        new TpmHeader(family == TpmFamily.Tpm20 ? TpmHeader.NoSessions : TpmHeader.ResponseTpm12, TpmHeader.Size, code).Write(_response);
    }
}

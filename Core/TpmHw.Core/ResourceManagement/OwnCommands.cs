using System.Buffers.Binary;
using System.Diagnostics;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>The commands that the manager sends of itself, without sessions.</summary>
internal sealed class OwnCommands(ITpmTransport tpm)
{
    private readonly byte[] _command = new byte[tpm.Info.MaxCommandSize];
    private readonly byte[] _response = new byte[tpm.Info.MaxResponseSize];
    private int _length = TpmHeader.Size;

    /// <summary>How long they took, all together.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>What the TPM answered to the last command, after the header.</summary>
    public ReadOnlySpan<byte> Answer => _response.AsSpan(TpmHeader.Size, _length - TpmHeader.Size);

    /// <summary>The handle that the last answer begins with.</summary>
    public uint AnsweredHandle => BinaryPrimitives.ReadUInt32BigEndian(Answer);

    /// <summary>Sends a command with one UINT32.</summary>
    /// <returns>The response code.</returns>
    public uint Send(TpmCc code, uint value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(word, value);
        return Send(code, word);
    }

    /// <summary>Sends a command.</summary>
    /// <returns>The response code.</returns>
    public uint Send(TpmCc code, ReadOnlySpan<byte> body)
    {
        int size = TpmHeader.Size + body.Length;
        new TpmHeader(TpmHeader.NoSessions, (uint)size, (uint)code).Write(_command);
        body.CopyTo(_command.AsSpan(TpmHeader.Size));
        return Send(_command.AsSpan(0, size));
    }

    /// <summary>Sends a command that is written already.</summary>
    /// <returns>The response code.</returns>
    public uint Send(ReadOnlySpan<byte> command)
    {
        long start = Stopwatch.GetTimestamp();
        _length = tpm.Transmit(command, _response);
        Time += Stopwatch.GetElapsedTime(start);
        return TpmHeader.Read(_response).Code;
    }

    public void Flush(uint handle) => Send(TpmCc.FlushContext, handle);

    /// <summary>Asks for a property (TPM_CAP_TPM_PROPERTIES); null where the TPM does not say.</summary>
    public uint? Property(TpmPt property)
    {
        if (GetCapability(TpmCap.TpmProperties, (uint)property, 1) != TpmRc.Success)
        {
            return null;
        }

        var reader = new TpmReader(Answer);
        reader.ReadBytes(sizeof(byte) + sizeof(uint)); // moreData, capability
        return reader.ReadCount(1, 2 * sizeof(uint)) == 1 && reader.ReadUInt32() == (uint)property ? reader.ReadUInt32() : null;
    }

    /// <summary>Asks for the handles of one kind that the TPM has.</summary>
    /// <returns>Whether it said so: a TPM that was not started doesn't.</returns>
    public bool TryReadHandles(TpmHt kind, out HashSet<uint> handles)
    {
        var list = new List<uint>();
        uint first = (uint)kind << 24;
        bool isKnown;
        while ((isKnown = TryReadList(TpmCap.Handles, first, list, out bool more)) && more)
        {
            first = (uint)kind << 24 | ManagedSession.Number(list[^1]) + 1; // saved sessions are listed as loaded ones
        }

        handles = [.. list];
        return isKnown;
    }

    /// <summary>The commands that the TPM has (TPM_CAP_COMMANDS); none before it was started.</summary>
    public List<uint> Commands()
    {
        var commands = new List<uint>();
        uint first = 0;
        while (TryReadList(TpmCap.Commands, first, commands, out bool more) && more)
        {
            first = (uint)new TpmaCc(commands[^1]).CommandCode + 1;
        }

        return commands;
    }

    private bool TryReadList(TpmCap capability, uint first, List<uint> list, out bool more)
    {
        const uint Many = 64;
        more = false;
        if (GetCapability(capability, first, Many) != TpmRc.Success)
        {
            return false;
        }

        var reader = new TpmReader(Answer);
        bool goesOn = reader.ReadYesNo();
        reader.ReadUInt32();
        int count = reader.ReadCount((int)Many, sizeof(uint));
        for (int i = 0; i < count; i++)
        {
            list.Add(reader.ReadUInt32());
        }

        more = goesOn && count > 0;
        return true;
    }

    private uint GetCapability(TpmCap capability, uint first, uint count)
    {
        Span<byte> body = stackalloc byte[3 * sizeof(uint)];
        var writer = new TpmWriter(body);
        writer.WriteUInt32((uint)capability);
        writer.WriteUInt32(first);
        writer.WriteUInt32(count);
        return Send(TpmCc.GetCapability, body);
    }
}

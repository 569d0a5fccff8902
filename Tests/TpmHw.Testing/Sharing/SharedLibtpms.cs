using System.Buffers.Binary;
using TpmHw.ResourceManagement;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Testing.Sharing;

/// <summary>A TPM with three slots behind a resource manager, and a count of what reaches it.</summary>
public sealed class SharedLibtpms : IDisposable
{
    private readonly Watched _tpm;

    /// <param name="options">The manager's options.</param>
    /// <param name="gap">How many contexts of sessions may lie between the oldest and the newest one; libtpms has room for 65535.</param>
    public SharedLibtpms(ResourceManagerOptions? options = null, int gap = int.MaxValue)
    {
        _tpm = new(TransportCatalog.Default.Open("libtpms"), gap);
        Direct = new TpmClient(_tpm);
        _tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[TpmTransportInfo.UsualSize]);
        Share = new TpmResourceManager(_tpm, options);
    }

    public TpmResourceManager Share { get; }

    /// <summary>Past the manager.</summary>
    public TpmClient Direct { get; }

    /// <summary>How many commands have reached the TPM.</summary>
    public int Commands => _tpm.Commands;

    /// <summary>Has the next command last until this is set.</summary>
    public ManualResetEventSlim? Held
    {
        set => _tpm.Held = value;
    }

    /// <summary>Whether that command runs.</summary>
    public bool IsHeld => _tpm.IsHeld;

    /// <summary>Whether no command reaches the TPM.</summary>
    public bool IsBroken
    {
        set => _tpm.IsBroken = value;
    }

    /// <summary>How often the TPM had to refuse to save a session because of the gap.</summary>
    public int Gaps => _tpm.Gaps;

    public TpmClient Connect(string name = "client", TpmClientOptions? options = null) => new(Share.Connect(name, options));

    /// <summary>Everything that a client could have left behind.</summary>
    public uint[] LeftOver() => [.. Direct.Handles(0x80), .. Direct.Handles(0x02), .. Direct.Handles(0x03)];

    /// <summary>Has the TPM lose its memory, as nobody told the manager.</summary>
    public void ResetFromOutside(bool start)
    {
        _tpm.FindAbility<ITpmReset>()!.Reset();
        if (start)
        {
            _tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[TpmTransportInfo.UsualSize]);
        }
    }

    public void Dispose() => Share.Dispose();

    /// <summary>Counts commands, and refuses TPM2_ContextSave of a session as a TPM does whose counter of contexts is short.</summary>
    private sealed class Watched(ITpmTransport inner, int gap) : ITpmTransportWrapper
    {
        private readonly Lock _one = new(); // the manager's threads, and the test's past it
        private readonly Dictionary<uint, int> _saved = [];
        private int _saves;

        public int Commands { get; private set; }

        public int Gaps { get; private set; }

        public ManualResetEventSlim? Held { get; set; }

        public bool IsHeld { get; private set; }

        public bool IsBroken { get; set; }

        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            lock (_one)
            {
                return Watch(command, response, cancellationToken);
            }
        }

        public void Dispose() => inner.Dispose();

        private int Watch(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
        {
            Commands++;
            if (IsBroken)
            {
                throw new TpmTransportException(TpmFault.InputOutput, "The wire is broken.");
            }

            if (Held is { } held)
            {
                (Held, IsHeld) = (null, true);
                held.Wait(CancellationToken.None);
            }

            uint code = TpmHeader.Read(command).Code;
            if (gap < int.MaxValue && code == 0x17A && command[10..].StartsWith<byte>([0, 0, 0, 6, 0, 0, 1, 0x14])) // TPM_PT_CONTEXT_GAP_MAX
            {
                byte[] answer = RawCommands.Command(TpmHeader.NoSessions, 0, [0, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 1, 0x14, 0, 0, 0, (byte)gap]);
                answer.CopyTo(response);
                return answer.Length;
            }

            uint session = code switch
            {
                0x162 => BinaryPrimitives.ReadUInt32BigEndian(command[10..]), // TPM2_ContextSave: saveHandle
                0x161 => BinaryPrimitives.ReadUInt32BigEndian(command[18..]), // TPM2_ContextLoad: savedHandle
                _ => 0,
            };
            if (session >> 24 is not (2 or 3))
            {
                return inner.Transmit(command, response, cancellationToken);
            }

            if (code == 0x162 && _saved.Count > 0 && _saves - _saved.Values.Min() >= gap)
            {
                Gaps++;
                RawCommands.Response(0x901).CopyTo(response);
                return TpmHeader.Size;
            }

            _saved.Remove(session);
            if (code == 0x162)
            {
                _saved.Add(session, _saves++);
            }

            return inner.Transmit(command, response, cancellationToken);
        }
    }
}

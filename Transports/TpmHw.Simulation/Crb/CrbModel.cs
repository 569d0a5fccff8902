using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation;

/// <summary>
/// A TPM 2.0 behind the command response buffer interface, down to its registers, on a virtual clock. It checks what a
/// driver does against the specification, and does what a chip would do.
/// </summary>
/// <remarks>Written from the register tables of the PTP, apart from the driver: they share no constants.</remarks>
public sealed partial class CrbModel : IDisposable
{
    private const uint Ones = uint.MaxValue;
    private const int PageSize = 0x1000;
    private const int BufferOffset = 0x80;

    // What a driver that polls in a wrong way breaks a million times is kept as often as tells something.
    private const int KeptViolations = 256;

    private readonly List<CrbViolation> _violations = [];
    private readonly CrbLocalities _localities;
    private readonly CrbExecution _execution;
    private uint _request;
    private TimeSpan _requestDue;
    private uint _cancel;
    private uint _start;
    private TimeSpan _due = TimeSpan.MaxValue;
    private bool _addressesWritten;

    /// <summary>A model of one kind in front of a TPM.</summary>
    /// <param name="tpm">What executes the commands; the model owns it.</param>
    /// <param name="profile">The kind of interface; null for <see cref="CrbProfile.Strict"/>.</param>
    /// <param name="clock">The clock; null for a new one.</param>
    public CrbModel(ITpmTransport tpm, CrbProfile? profile = null, VirtualClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        Profile = profile ?? CrbProfile.Strict;
        Clock = clock ?? new VirtualClock();
        _localities = new CrbLocalities(Profile);
        _execution = new CrbExecution(tpm, Profile.BufferSize);
        State = Profile.StartsReady ? CrbState.Ready : CrbState.Idle;
    }

    /// <summary>The kind of interface.</summary>
    public CrbProfile Profile { get; }

    /// <summary>The clock that the model runs on.</summary>
    public VirtualClock Clock { get; }

    /// <summary>What goes wrong; new ones put everything right again.</summary>
    public CrbFaults Faults { get; set; } = new();

    /// <summary>Called before every access, so that something can happen in the middle of the driver's work.</summary>
    public Action? Accessing { get; set; }

    /// <summary>The state.</summary>
    public CrbState State { get; private set; }

    /// <summary>The locality that has the TPM; null where none has.</summary>
    public int? ActiveLocality => _localities.Active;

    /// <summary>Whether a dynamic root of trust was established.</summary>
    public bool IsEstablished
    {
        get => _localities.IsEstablished;
        set => _localities.IsEstablished = value;
    }

    /// <summary>What the driver did wrong, oldest first: the first 256 breaches.</summary>
    public IReadOnlyList<CrbViolation> Violations => _violations;

    /// <summary>How many commands were started.</summary>
    public int Started { get; private set; }

    /// <summary>How many commands the TPM behind has executed.</summary>
    public int Executed => _execution.Executed;

    /// <summary>How many regions are mapped.</summary>
    public int Mapped { get; private set; }

    /// <summary>How many accesses there were.</summary>
    public long Accesses { get; private set; }

    /// <summary>Makes a piece of the model's memory accessible.</summary>
    public IMmioRegion Map(ulong address, int length)
    {
        ulong first = Profile.Area.HasLocalities ? Profile.Area.ControlAddress - 0x40 : Profile.Area.ControlAddress;
        int registers = Profile.Area.HasLocalities ? Profile.Localities * PageSize : 0x30;
        bool known = IsWithin(first, registers)
            || (Profile.SeparateBuffers is { } buffers && (IsWithin(buffers.Command, Profile.BufferSize) || IsWithin(buffers.Response, Profile.BufferSize)));
        if (!known)
        {
            throw new TpmTransportException(TpmFault.AccessDenied, $"The model has nothing in the {length} bytes at 0x{address:X}.");
        }

        Mapped++;
        return new CrbModelRegion(this, address, length);

        bool IsWithin(ulong start, int size) => address >= start && address + (ulong)length <= start + (ulong)size;
    }

    /// <inheritdoc/>
    public void Dispose() => _execution.Dispose();

    internal void Unmapped() => Mapped--;

    internal uint Read(ulong address, int size)
    {
        Pass();
        if (Faults.Absent)
        {
            return Ones;
        }

        (CrbPlace place, int locality, int offset) = Decode(address);
        if (place != CrbPlace.Register)
        {
            return ReadBuffer(address, place, locality, offset, size);
        }

        if (size != sizeof(uint))
        {
            Note(CrbRule.NarrowAccess, address);
        }

        return ReadRegister(address, locality, offset);
    }

    internal void Write(ulong address, uint value, int size)
    {
        Pass();
        if (Faults.Absent)
        {
            return;
        }

        (CrbPlace place, int locality, int offset) = Decode(address);
        if (place != CrbPlace.Register)
        {
            WriteBuffer(address, place, locality, offset, value, size);
        }
        else if (size != sizeof(uint))
        {
            Note(CrbRule.NarrowAccess, address);
        }
        else if (offset == 0x08)
        {
            WriteLocCtrl(address, locality, value);
        }
        else if (!_localities.Has(locality))
        {
            Note(CrbRule.WithoutLocality, address);
        }
        else
        {
            WriteControl(address, offset, value);
        }
    }

    private enum CrbPlace
    {
        Register,
        Command,
        Response,
    }

    private (CrbPlace Place, int Locality, int Offset) Decode(ulong address)
    {
        if (Profile.SeparateBuffers is { } buffers)
        {
            if (address - buffers.Command < (ulong)Profile.BufferSize)
            {
                return (CrbPlace.Command, 0, (int)(address - buffers.Command));
            }

            if (address - buffers.Response < (ulong)Profile.BufferSize)
            {
                return (CrbPlace.Response, 0, (int)(address - buffers.Response));
            }
        }

        int offset = (int)(address - (Profile.Area.ControlAddress - 0x40));
        int inPage = offset % PageSize;
        bool buffer = Profile.SeparateBuffers is null && inPage >= BufferOffset && inPage < BufferOffset + Profile.BufferSize;
        return (buffer ? CrbPlace.Command : CrbPlace.Register, offset / PageSize, buffer ? inPage - BufferOffset : inPage);
    }

    private uint ReadBuffer(ulong address, CrbPlace place, int locality, int offset, int size)
    {
        if (!_localities.Has(locality))
        {
            Note(CrbRule.WithoutLocality, address);
            return Ones;
        }

        if (State != CrbState.Completion || (place == CrbPlace.Command && Profile.SeparateBuffers is not null))
        {
            Note(CrbRule.BufferReadOutOfState, address);
            return Ones;
        }

        if (offset + size > _execution.Readable)
        {
            Note(CrbRule.ReadPastEnd, address);
        }

        return _execution.Read(offset, size);
    }

    private void WriteBuffer(ulong address, CrbPlace place, int locality, int offset, uint value, int size)
    {
        if (!_localities.Has(locality))
        {
            Note(CrbRule.WithoutLocality, address);
        }
        else if (State is not (CrbState.Ready or CrbState.Reception) || place == CrbPlace.Response)
        {
            Note(CrbRule.BufferWriteOutOfState, address);
        }
        else
        {
            State = CrbState.Reception;
            _execution.Write(offset, value, size);
        }
    }

    /// <summary>An access takes time, and time brings about what is due.</summary>
    private void Pass()
    {
        Accesses++;
        Accessing?.Invoke();
        Clock.Advance(Profile.AccessTime);
        TimeSpan now = Clock.Now;
        int? intruder = State == CrbState.Execution ? Faults.SeizedDuringExecution ?? Faults.OwnedBy : Faults.OwnedBy;
        if (_localities.Settle(now, intruder, keepsGuest: Faults.SeizedDuringExecution is not null))
        {
            Abort();
        }

        if (_request != 0 && now >= _requestDue && !(_request == 1 ? Faults.CmdReadyStuck : Faults.GoIdleStuck))
        {
            TakeRequest();
        }

        if (State == CrbState.Execution && now >= _due && (!Faults.Hangs || _execution.Cancelled))
        {
            _execution.Run(ActiveLocality ?? 0, Faults.ResponseSize);
            State = CrbState.Completion;
            _start = 0;
        }

        if (!Faults.ChunkStuck)
        {
            _start &= 1;
        }
    }

    private void TakeRequest()
    {
        if (_request == 1 && Faults.CmdReadyLost > 0)
        {
            Faults.CmdReadyLost--;
            State = CrbState.Idle;
        }
        else
        {
            State = _request == 1 ? CrbState.Ready : CrbState.Idle;
            _addressesWritten &= State == CrbState.Ready;
            _execution.Clear();
        }

        _request = 0;
    }

    private void Note(CrbRule rule, ulong address)
    {
        if (_violations.Count < KeptViolations)
        {
            _violations.Add(new CrbViolation(Clock.Now, rule, address, State, Faults.Any));
        }
    }
}

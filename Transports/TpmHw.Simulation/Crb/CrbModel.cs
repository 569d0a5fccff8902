using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation;

/// <summary>
/// A TPM 2.0 behind the command response buffer interface, down to its registers, on a virtual clock. It checks what a
/// driver does against the specification, and does what a chip would do.
/// </summary>
/// <remarks>Written from the register tables of the PTP, apart from the driver: they share no constants.</remarks>
public sealed partial class CrbModel : ITpmModel
{
    private const int PageSize = 0x1000;
    private const int ControlSize = 0x30;
    private const int BufferOffset = 0x80;

    private readonly CommandEngine _engine;
    private readonly CrbBuffer _buffer;
    private readonly LocalityArbiter _localities;
    private readonly FaultBoard _faults = new();
    private TimeSpan _poweredAt;

    /// <summary>Makes a TPM as firmware leaves it.</summary>
    /// <param name="profile">Which kind.</param>
    /// <param name="tpm">What executes the commands; disposed with the model.</param>
    /// <param name="clock">The clock to run on; null for a new one.</param>
    public CrbModel(CrbProfile profile, ITpmTransport tpm, VirtualClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(tpm);
        Profile = profile;
        Clock = clock ?? new VirtualClock();
        Rules = new RuleBook(Clock);
        _engine = new CommandEngine(tpm, Family, profile.CanChunk ? tpm.Info.MaxCommandSize : profile.BufferSize);
        _buffer = new CrbBuffer(_engine, profile.BufferSize);
        _localities = new LocalityArbiter(profile.Localities, grantTime: TimeSpan.Zero) { Lost = Forget };
        _faults.Switched = OnFault;
        _state = profile.StartsReady ? CrbState.Ready : CrbState.Idle;
    }

    /// <summary>Which kind of interface it is.</summary>
    public CrbProfile Profile { get; }

    /// <inheritdoc/>
    public string ProfileName => Profile.Name;

    /// <summary>TPM 2.0: no other has this interface.</summary>
    public TpmFamily Family => TpmFamily.Tpm20;

    /// <inheritdoc/>
    public VirtualClock Clock { get; }

    /// <inheritdoc/>
    public RuleBook Rules { get; }

    /// <inheritdoc/>
    public BusCounters Counters { get; } = new();

    /// <summary>How long commands take; at once where nothing else is set.</summary>
    public ExecutionTime ExecutionTime { get; set; } = ExecutionTimes.Fixed(TimeSpan.Zero);

    /// <summary>Called before every access, so that something can happen in the middle of the driver's work.</summary>
    public Action? Accessing { get; set; }

    /// <summary>The state that the TPM is in now.</summary>
    public CrbState State
    {
        get
        {
            Settle();
            return _state;
        }
    }

    /// <summary>The locality that has the TPM; null for none.</summary>
    public int? ActiveLocality
    {
        get
        {
            Settle();
            return _localities.Owner < 0 ? null : _localities.Owner;
        }
    }

    /// <summary>Whether a dynamic root of trust was established.</summary>
    public bool IsEstablished
    {
        get => _localities.IsEstablished;
        set => _localities.IsEstablished = value;
    }

    /// <inheritdoc/>
    public bool FaultsHaveBegun => _faults.HasBegun;

    /// <summary>Where the command is, for faults. Where there are no localities, Idle stands for the first phase.</summary>
    public FaultPhase Phase => (Profile.Area.HasLocalities ? _localities.Owner < 0 : _state == CrbState.Idle) ? FaultPhase.Locality : _state switch
    {
        CrbState.Execution => FaultPhase.Execute,
        CrbState.Completion => _buffer.IsReadToEnd ? FaultPhase.Finish : FaultPhase.Receive,
        CrbState.Reception when _buffer.IsWhole => FaultPhase.Go,
        _ => FaultPhase.Send,
    };

    /// <summary>How many regions are mapped.</summary>
    public int Mapped { get; private set; }

    internal FaultBoard Faults => _faults;

    /// <inheritdoc/>
    public void Inject(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _faults.Add(fault);
        Settle();
    }

    /// <inheritdoc/>
    public void ClearFaults()
    {
        _faults.Clear();
        Settle();
    }

    /// <inheritdoc/>
    public void Reset() => Reset(TimeSpan.Zero, unexpected: false);

    /// <summary>Makes a piece of the model's memory accessible.</summary>
    /// <exception cref="TpmTransportException">The model has nothing there.</exception>
    public IMmioRegion Map(ulong address, int length)
    {
        ulong first = Profile.Area.HasLocalities ? Profile.Address : Profile.Area.ControlAddress;
        int registers = Profile.Area.HasLocalities ? Profile.Localities * PageSize : ControlSize;
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

    /// <summary>Disposes the TPM behind it.</summary>
    public void Dispose() => _engine.Dispose();

    internal void Unmapped() => Mapped--;

    /// <summary>Brings everything up to the present: what was due since the last access happens now.</summary>
    private void Settle()
    {
        TimeSpan now = Clock.Now;
        _faults.Settle(Phase, now);
        _localities.Settle(now, _faults.IsHeldUp(FaultKind.GrantLate, _localities.RequestedAt, now));
        SettleState(now);
        _faults.Settle(Phase, now);
        Rules.DuringFault = _faults.HasBegun;
    }

    private void Reset(TimeSpan delay, bool unexpected)
    {
        Forget();
        _state = Profile.StartsReady ? CrbState.Ready : CrbState.Idle;
        _localities.Free(unexpected);
        _engine.Reset();
        _poweredAt = Clock.Now + delay;
    }

    private void OnFault(Fault fault, bool begins)
    {
        switch (fault.Kind)
        {
            case FaultKind.Reset when begins:
                Reset(TimeSpan.FromMicroseconds(fault.Value), unexpected: true);
                break;
            case FaultKind.OwnedByAnother or FaultKind.Seized when begins:
                _localities.Intrude(fault.Value, seizes: fault.Kind == FaultKind.Seized);
                break;
            case FaultKind.OwnedByAnother or FaultKind.Seized:
                _localities.Vacate(Clock.Now);
                break;
            case FaultKind.CmdReadyLost:
                _requestsToLose = begins ? fault.Value : 0;
                break;
        }
    }
}

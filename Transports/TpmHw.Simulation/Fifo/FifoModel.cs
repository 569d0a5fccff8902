using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary>
/// A TPM with a FIFO interface (TIS 1.2, TIS 1.3, PTP) as a driver sees it: registers, localities, the state machine.
/// It does what the specification and its <see cref="Profile"/> say, keeps account of every rule that the driver
/// breaks, and can be made to fail. What executes the commands is another transport.
/// </summary>
/// <remarks>
/// A bus in front of it moves the bytes, and with them the clock. It is for one caller at a time, like a chip.
/// </remarks>
public sealed partial class FifoModel : ITpmModel
{
    private readonly CommandEngine _engine;
    private readonly LocalityArbiter _localities;
    private readonly FaultBoard _faults = new();
    private TimeSpan _poweredAt;

    /// <summary>Makes a TPM that was just powered.</summary>
    /// <param name="profile">Which chip.</param>
    /// <param name="tpm">What executes the commands; disposed with the model. Its family should be the profile's.</param>
    /// <param name="clock">The clock to run on; null for a new one.</param>
    public FifoModel(FifoProfile profile, ITpmTransport tpm, VirtualClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(tpm);
        Profile = profile;
        Clock = clock ?? new VirtualClock();
        Rules = new RuleBook(Clock);
        _engine = new CommandEngine(tpm, profile.Family, profile.BufferSize);
        _localities = new LocalityArbiter(profile.Localities, profile.GrantTime) { Lost = GoIdle };
        _faults.Switched = OnFault;
        _poweredAt = Clock.Now + profile.PowerUpTime;
    }

    /// <summary>Which chip this is.</summary>
    public FifoProfile Profile { get; }

    /// <inheritdoc/>
    public string ProfileName => Profile.Name;

    /// <inheritdoc/>
    public TpmFamily Family => Profile.Family;

    /// <summary>The clock that it runs on.</summary>
    public VirtualClock Clock { get; }

    /// <summary>What the driver did wrong.</summary>
    public RuleBook Rules { get; }

    /// <summary>What the driver's work cost.</summary>
    public BusCounters Counters { get; } = new();

    /// <summary>How long commands take; at once where nothing else is set.</summary>
    public ExecutionTime ExecutionTime { get; set; } = ExecutionTimes.Fixed(TimeSpan.Zero);

    /// <summary>The state that the TPM is in now.</summary>
    public FifoState State
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

    /// <summary>Where the command is, for faults.</summary>
    public FaultPhase Phase => _localities.Owner < 0 ? FaultPhase.Locality : _state switch
    {
        FifoState.Execution => FaultPhase.Execute,
        FifoState.Completion => _position < _engine.ResponseLength ? FaultPhase.Receive : FaultPhase.Finish,
        FifoState.Reception when !_engine.Expects => FaultPhase.Go,
        _ => FaultPhase.Send,
    };

    /// <inheritdoc/>
    public bool FaultsHaveBegun => _faults.HasBegun;

    internal FaultBoard Faults => _faults;

    /// <summary>Whether it has started since power came or it was reset.</summary>
    internal bool IsPowered => Clock.Now >= _poweredAt;

    /// <summary>What went through the FIFO: of the command since commandReady, or of the response since its start.</summary>
    internal ReadOnlySpan<byte> Transferred => _state == FifoState.Completion ? _engine.Response[.._position] : _engine.Command;

    /// <summary>Called when it is reset.</summary>
    internal Action? WasReset { get; set; }

    internal bool IsAbsent => _faults.IsOn(FaultKind.Absent);

    /// <summary>Lets something go wrong, at once or from a phase on.</summary>
    public void Inject(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _faults.Add(fault);
        Settle();
    }

    /// <summary>Ends all faults and forgets those that had not begun.</summary>
    public void ClearFaults()
    {
        _faults.Clear();
        Settle();
    }

    /// <summary>Resets the TPM, as its reset line does. It then waits for Startup.</summary>
    public void Reset() => Reset(TimeSpan.Zero, unexpected: false);

    /// <summary>Reads a register, or bytes of the FIFO, in one access. It takes no time.</summary>
    public void Read(TpmRegister register, int locality, Span<byte> value)
    {
        Begin(locality, (int)register, value.Length, isWrite: false);
        foreach (ref byte b in value)
        {
            b = NextRead();
        }

        End(isWhole: true);
        _faults.CountAccess();
    }

    /// <summary>Writes a register, or bytes of the FIFO, in one access. It takes no time.</summary>
    public void Write(TpmRegister register, int locality, ReadOnlySpan<byte> value)
    {
        Begin(locality, (int)register, value.Length, isWrite: true);
        foreach (byte b in value)
        {
            NextWrite(b);
        }

        End(isWhole: true);
        _faults.CountAccess();
    }

    /// <summary>Disposes the TPM behind it.</summary>
    public void Dispose() => _engine.Dispose();

    /// <summary>Brings everything up to the present: what was due since the last access happens now, at its own time.</summary>
    internal void Settle()
    {
        TimeSpan now = Clock.Now;
        _faults.Settle(Phase, now);
        _localities.Settle(now, _faults.IsHeldUp(FaultKind.GrantLate, _localities.RequestedAt, now));
        SettleState(now);
        _faults.Settle(Phase, now);
        Rules.DuringFault = _faults.HasBegun;
        FollowInterrupt();
    }

    private void Reset(TimeSpan delay, bool unexpected)
    {
        GoIdle();
        _isHashing = false;
        _intEnable = 0;
        _intStatus = 0;
        _localities.Free(unexpected);
        _engine.Reset();
        WasReset?.Invoke();
        _poweredAt = Clock.Now + Profile.PowerUpTime + delay;
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
            case FaultKind.BurstFalling:
                _falling = Profile.BurstCount;
                break;
        }
    }
}

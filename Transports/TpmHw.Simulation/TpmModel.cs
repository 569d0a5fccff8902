namespace TpmHw.Simulation;

/// <summary>
/// A modelled TPM chip, whatever its interface and its wire. It keeps account of every rule that the driver breaks, and
/// can be made to fail; what executes the commands is another transport. It is for one caller at a time, like a chip.
/// </summary>
public abstract class TpmModel : IDisposable
{
    /// <param name="family">The family of its firmware.</param>
    /// <param name="tpm">What executes the commands; disposed with the model.</param>
    /// <param name="room">Room for a command, in bytes.</param>
    /// <param name="clock">The clock to run on; null for a new one.</param>
    private protected TpmModel(TpmFamily family, ITpmTransport tpm, int room, VirtualClock? clock)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        Family = family;
        Clock = clock ?? new VirtualClock();
        Rules = new RuleBook(Clock);
        Engine = new CommandEngine(tpm, family, room);
        Faults.Switched = OnFault;
    }

    /// <summary>The name of its profile.</summary>
    public abstract string ProfileName { get; }

    /// <summary>The family of its firmware.</summary>
    public TpmFamily Family { get; }

    /// <summary>The clock that it runs on.</summary>
    public VirtualClock Clock { get; }

    /// <summary>What the driver did wrong.</summary>
    public RuleBook Rules { get; }

    /// <summary>What the driver's work cost.</summary>
    public BusCounters Counters { get; } = new();

    /// <summary>How long commands take; at once where nothing else is set.</summary>
    public ExecutionTime ExecutionTime { get; set; } = ExecutionTimes.Fixed(TimeSpan.Zero);

    /// <summary>Where the command is, for faults.</summary>
    public abstract FaultPhase Phase { get; }

    /// <summary>The locality that has the TPM; null for none.</summary>
    public int? ActiveLocality
    {
        get
        {
            Settle();
            return Localities is { Owner: >= 0 and var owner } ? owner : null;
        }
    }

    /// <summary>Whether any fault has begun since the last <see cref="ClearFaults"/>.</summary>
    public bool FaultsHaveBegun => Faults.HasBegun;

    internal FaultBoard Faults { get; } = new();

    internal bool IsAbsent => Faults.IsOn(FaultKind.Absent);

    private protected CommandEngine Engine { get; }

    /// <summary>Who has it; null where it has no localities.</summary>
    private protected virtual LocalityArbiter? Localities => null;

    /// <summary>Lets something go wrong, at once or from a phase on.</summary>
    public void Inject(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Faults.Add(fault);
        Settle();
    }

    /// <summary>Ends all faults and forgets those that had not begun.</summary>
    public void ClearFaults()
    {
        Faults.Clear();
        Settle();
    }

    /// <summary>Resets the TPM, as its reset line does. It then waits for Startup.</summary>
    public void Reset() => Reset(TimeSpan.Zero, unexpected: false);

    /// <summary>Disposes the TPM behind it.</summary>
    public void Dispose()
    {
        Engine.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Brings everything up to the present: what was due since the last access happens now, at its own time.</summary>
    internal void Settle()
    {
        TimeSpan now = Clock.Now;
        Faults.Settle(Phase, now);
        Localities?.Settle(now, Faults.IsHeldUp(FaultKind.GrantLate, Localities.RequestedAt, now));
        SettleState(now);
        Faults.Settle(Phase, now);
        Rules.DuringFault = Faults.HasBegun;
        Settled();
    }

    /// <summary>What time alone brings about.</summary>
    private protected abstract void SettleState(TimeSpan now);

    /// <summary>Everything is up to the present.</summary>
    private protected virtual void Settled()
    {
    }

    /// <summary>Resets the TPM.</summary>
    /// <param name="delay">Time beyond the usual until it is back.</param>
    /// <param name="unexpected">Whether the locality that has it does not know.</param>
    private protected abstract void Reset(TimeSpan delay, bool unexpected);

    /// <summary>A fault begins or ends.</summary>
    private protected virtual void OnFault(Fault fault, bool begins)
    {
        switch (fault.Kind)
        {
            case FaultKind.Reset when begins:
                Reset(TimeSpan.FromMicroseconds(fault.Value), unexpected: true);
                break;
            case FaultKind.OwnedByAnother or FaultKind.Seized when begins:
                Localities?.Intrude(fault.Value, seizes: fault.Kind == FaultKind.Seized);
                break;
            case FaultKind.OwnedByAnother or FaultKind.Seized:
                Localities?.Vacate(Clock.Now);
                break;
        }
    }
}

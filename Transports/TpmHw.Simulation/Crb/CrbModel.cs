using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation;

/// <summary>
/// A TPM 2.0 behind the command response buffer interface, down to its registers, on a virtual clock. It checks what a
/// driver does against the specification, and does what a chip would do.
/// </summary>
/// <remarks>Written from the register tables of the PTP, apart from the driver: they share no constants.</remarks>
public sealed partial class CrbModel : TpmModel
{
    private const int PageSize = 0x1000;
    private const int ControlSize = 0x30;
    private const int BufferOffset = 0x80;

    private readonly CrbBuffer _buffer;
    private readonly LocalityArbiter _localities;
    private TimeSpan _poweredAt;

    /// <summary>Makes a TPM as firmware leaves it.</summary>
    /// <param name="profile">Which kind.</param>
    /// <param name="tpm">What executes the commands; disposed with the model.</param>
    /// <param name="clock">The clock to run on; null for a new one.</param>
    public CrbModel(CrbProfile profile, ITpmTransport tpm, VirtualClock? clock = null)
        : base(TpmFamily.Tpm20, tpm, RoomOf(profile, tpm), clock)
    {
        Profile = profile;
        _buffer = new CrbBuffer(Engine, profile.BufferSize);
        _localities = new LocalityArbiter(profile.Localities, grantTime: TimeSpan.Zero) { Lost = Forget };
        _state = profile.StartsReady ? CrbState.Ready : CrbState.Idle;
    }

    /// <summary>Which kind of interface it is.</summary>
    public CrbProfile Profile { get; }

    /// <inheritdoc/>
    public override string ProfileName => Profile.Name;

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

    /// <summary>Whether a dynamic root of trust was established.</summary>
    public bool IsEstablished
    {
        get => _localities.IsEstablished;
        set => _localities.IsEstablished = value;
    }

    /// <summary>Where the command is, for faults. Where there are no localities, Idle stands for the first phase.</summary>
    public override FaultPhase Phase => (Profile.Area.HasLocalities ? _localities.Owner < 0 : _state == CrbState.Idle) ? FaultPhase.Locality : _state switch
    {
        CrbState.Execution => FaultPhase.Execute,
        CrbState.Completion => _buffer.IsReadToEnd ? FaultPhase.Finish : FaultPhase.Receive,
        CrbState.Reception when _buffer.IsWhole => FaultPhase.Go,
        _ => FaultPhase.Send,
    };

    /// <summary>How many regions are mapped.</summary>
    public int Mapped { get; private set; }

    private protected override LocalityArbiter Localities => _localities;

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

    internal void Unmapped() => Mapped--;

    private protected override void Reset(TimeSpan delay, bool unexpected)
    {
        Forget();
        _state = Profile.StartsReady ? CrbState.Ready : CrbState.Idle;
        _localities.Free(unexpected);
        Engine.Reset();
        _poweredAt = Clock.Now + delay;
    }

    private protected override void OnFault(Fault fault, bool begins)
    {
        _requestsToLose = fault.Kind == FaultKind.CmdReadyLost ? (begins ? fault.Value : 0) : _requestsToLose;
        base.OnFault(fault, begins);
    }

    private static int RoomOf(CrbProfile profile, ITpmTransport tpm)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(tpm);
        return profile.CanChunk ? tpm.Info.MaxCommandSize : profile.BufferSize;
    }
}

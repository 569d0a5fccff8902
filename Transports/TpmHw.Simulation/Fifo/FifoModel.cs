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
public sealed partial class FifoModel : TpmModel
{
    private readonly LocalityArbiter _localities;
    private TimeSpan _poweredAt;

    /// <summary>Makes a TPM that was just powered.</summary>
    /// <param name="profile">Which chip.</param>
    /// <param name="tpm">What executes the commands; disposed with the model. Its family should be the profile's.</param>
    /// <param name="clock">The clock to run on; null for a new one.</param>
    public FifoModel(FifoProfile profile, ITpmTransport tpm, VirtualClock? clock = null)
        : base(Checked(profile).Family, tpm, profile.BufferSize, clock)
    {
        Profile = profile;
        _localities = new LocalityArbiter(profile.Localities, profile.GrantTime) { Lost = GoIdle };
        _poweredAt = Clock.Now + profile.PowerUpTime;
    }

    /// <summary>Which chip this is.</summary>
    public FifoProfile Profile { get; }

    /// <inheritdoc/>
    public override string ProfileName => Profile.Name;

    /// <summary>The state that the TPM is in now.</summary>
    public FifoState State
    {
        get
        {
            Settle();
            return _state;
        }
    }

    /// <inheritdoc/>
    public override FaultPhase Phase => _localities.Owner < 0 ? FaultPhase.Locality : _state switch
    {
        FifoState.Execution => FaultPhase.Execute,
        FifoState.Completion => _position < Engine.ResponseLength ? FaultPhase.Receive : FaultPhase.Finish,
        FifoState.Reception when !Engine.Expects => FaultPhase.Go,
        _ => FaultPhase.Send,
    };

    /// <summary>Whether it has started since power came or it was reset.</summary>
    internal bool IsPowered => Clock.Now >= _poweredAt;

    /// <summary>What went through the FIFO: of the command since commandReady, or of the response since its start.</summary>
    internal ReadOnlySpan<byte> Transferred => _state == FifoState.Completion ? Engine.Response[.._position] : Engine.Command;

    /// <summary>Called when it is reset.</summary>
    internal Action? WasReset { get; set; }

    private protected override LocalityArbiter Localities => _localities;

    /// <summary>Reads a register, or bytes of the FIFO, in one access. It takes no time.</summary>
    public void Read(TpmRegister register, int locality, Span<byte> value)
    {
        Begin(locality, (int)register, value.Length, isWrite: false);
        foreach (ref byte b in value)
        {
            b = NextRead();
        }

        End(isWhole: true);
        Faults.CountAccess();
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
        Faults.CountAccess();
    }

    private protected override void Settled() => FollowInterrupt();

    private protected override void Reset(TimeSpan delay, bool unexpected)
    {
        GoIdle();
        _isHashing = false;
        _intEnable = 0;
        _intStatus = 0;
        _localities.Free(unexpected);
        Engine.Reset();
        WasReset?.Invoke();
        _poweredAt = Clock.Now + Profile.PowerUpTime + delay;
    }

    private protected override void OnFault(Fault fault, bool begins)
    {
        _falling = fault.Kind == FaultKind.BurstFalling ? Profile.BurstCount : _falling;
        base.OnFault(fault, begins);
    }

    private static FifoProfile Checked(FifoProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return profile;
    }
}

namespace TpmHw.Simulation;

// The chip's pins beside the bus: PIRQ# (TIS 1.3, 5.6.7) and RST#.
public sealed partial class FifoModel
{
    private const uint GlobalEnable = 1u << 31;

    private bool _wasPending;

    /// <summary>Whether PIRQ# is asserted: an interrupt that is enabled has happened and was not cleared.</summary>
    internal bool IsInterruptPending => (_intEnable & GlobalEnable) != 0 && (_intStatus & _intEnable) != 0;

    /// <summary>How often PIRQ# was asserted.</summary>
    internal long Interrupts { get; private set; }

    /// <summary>How often it was released again.</summary>
    internal long InterruptEnds { get; private set; }

    /// <summary>The next moment at which time alone changes the TPM's state; null where none does.</summary>
    internal TimeSpan? NextEvent =>
        _state == FifoState.Execution && (_isCancelled || !Faults.IsOn(FaultKind.Hang)) ? _done
        : _pending is not null ? _pendingSince + Profile.CommandReadyTime
        : null;

    /// <summary>RST#: while it is low, the TPM is in reset and answers nothing.</summary>
    internal void SetReset(bool isLow)
    {
        Reset();
        _poweredAt = isLow ? TimeSpan.MaxValue : _poweredAt;
    }

    private void FollowInterrupt()
    {
        bool isPending = IsInterruptPending;
        Interrupts += isPending && !_wasPending ? 1 : 0;
        InterruptEnds += !isPending && _wasPending ? 1 : 0;
        _wasPending = isPending;
    }
}

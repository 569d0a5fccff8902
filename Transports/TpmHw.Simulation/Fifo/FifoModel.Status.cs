namespace TpmHw.Simulation;

// TPM_STS as it reads (TIS 1.3, 5.6.12; PTP, 6.5.2.5), burstCount and the interrupts.
public sealed partial class FifoModel
{
    private const byte StsValid = 0x80;
    private const byte CommandReady = 0x40;
    private const byte Go = 0x20;
    private const byte DataAvail = 0x10;
    private const byte Expect = 0x08;
    private const byte ResponseRetry = 0x02;
    private const uint Family20 = 1u << 26;
    private const uint Cancel = 1u << 24;
    private const uint ResetEstablishment = 1u << 25;

    private int _credit;
    private int _unread; // what burstCount would be at an access before which it was not read, its last reading being used up
    private int _used;
    private int _falling;
    private TimeSpan _moved;
    private uint _intEnable;
    private uint _intStatus;

    /// <summary>Whether PIRQ# is low: an interrupt has fired that was enabled, and was not taken back yet.</summary>
    public bool IsInterruptAsserted
    {
        get
        {
            const uint GlobalEnable = 1u << 31;
            Settle();
            return (_intEnable & GlobalEnable) != 0 && _intStatus != 0;
        }
    }

    [Flags]
    private enum InterruptBit : uint
    {
        DataAvail = 1,
        StsValid = 2,
        LocalityChange = 4,
        CommandReady = 0x80,
    }

    private uint ReadStatus(TimeSpan now)
    {
        Counters.StatusReads++;
        Counters.BusyPolls += _state == FifoState.Execution ? 1 : 0;
        bool isValid = IsStatusValid(now);
        int bits = (isValid ? StsValid | CurrentBits(now) : _stale) | (_state == FifoState.Ready ? CommandReady : 0);
        uint status = (uint)bits | (uint)Burst(now) << 8 | (Profile.Family == TpmFamily.Tpm20 ? Family20 : 0);
        if (Faults.IsOn(FaultKind.BurstFalling))
        {
            _falling = Math.Max(1, _falling / 2);
        }

        return Faults.IsOn(FaultKind.StatusBits, out int more) ? status | (uint)more : status;
    }

    private bool IsStatusValid(TimeSpan now) =>
        (_state != FifoState.Execution || Profile.IsValidWhileExecuting)
        && now >= _changed + Profile.StsValidTime
        && !Faults.IsHeldUp(FaultKind.StsValidLate, _changed, now);

    private byte CurrentBits(TimeSpan now)
    {
        bool expects = Profile.HasExpect && _state == FifoState.Reception && Engine.Expects;
        if (Faults.IsOn(FaultKind.ExpectStuck, out int stuck))
        {
            expects = stuck != 0;
        }

        return (byte)((expects ? Expect : 0) | (IsDataAvailable(now) ? DataAvail : 0));
    }

    private bool IsDataAvailable(TimeSpan now) =>
        _state == FifoState.Completion && _position < Engine.ResponseLength
        && (_position > 0 || now >= _changed + Profile.StsValidTime + Profile.DataAvailTime)
        && !Faults.IsHeldUp(FaultKind.DataAvailLate, _changed, now);

    private int Burst(TimeSpan now)
    {
        if (Faults.IsOn(FaultKind.BurstZero))
        {
            return 0;
        }

        int room = _state switch
        {
            _ when Profile.BurstIsStatic => Profile.BurstCount,
            FifoState.Ready or FifoState.Reception => Room(now),
            FifoState.Completion when Profile.HasBurstAfterResponse && _position == Engine.ResponseLength => Room(now),
            FifoState.Completion => Math.Min(Room(now), Engine.ResponseLength - _position),
            _ => 0,
        };
        return Faults.IsOn(FaultKind.BurstOne) ? Math.Min(room, 1)
            : Faults.IsOn(FaultKind.BurstFalling) ? Math.Min(room, _falling)
            : room;
    }

    private int Room(TimeSpan now) => now >= _moved + Profile.BurstRefill ? Profile.BurstCount : Math.Max(0, Profile.BurstCount - _used);

    /// <summary>What the driver was told that it may move. A static burstCount needs not be read again (PTP, Table 23).</summary>
    private int CreditAtAccess(TimeSpan now) => Profile.BurstIsStatic
        ? Math.Min(Burst(now), Profile.BurstCount)
        : _credit;

    /// <summary>Counts something against burstCount that does not go to the FIFO.</summary>
    internal void SpendBurst() => TakeCredit(Clock.Now);

    /// <summary>The driver has read a byte of TPM_STS; two of them are burstCount, which some read one at a time.</summary>
    private void NoteBurst(int index, byte value)
    {
        if (index is 1 or 2)
        {
            int shift = 8 * (index - 1);
            _credit = (_credit & ~(0xFF << shift)) | value << shift;
        }
    }

    private bool TakeCredit(TimeSpan now)
    {
        if (_credit == 0)
        {
            Break(TpmRule.BurstOverrun, $"burstCount was used up after {_index} bytes of this access");
            if (_unread == 0)
            {
                return false;
            }

            // Wrong, but a chip can't tell what was read, and has room (Linux tpm_tis sends a command's last byte so).
            _unread--;
            _credit++;
        }

        _used = now >= _moved + Profile.BurstRefill ? 1 : _used + 1;
        _moved = now;
        _credit--;
        return true;
    }

    private void Raise(InterruptBit events) => _intStatus |= (uint)events & _intEnable;
}

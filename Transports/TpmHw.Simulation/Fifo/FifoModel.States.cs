namespace TpmHw.Simulation;

// The state machine (TIS 1.3, 5.7.1, Table 25; PTP, 6.5.3). Each method is one event, each arm one cell of that table.
public sealed partial class FifoModel
{
    private FifoState _state;
    private FifoState? _pending;
    private TimeSpan _pendingSince;
    private TimeSpan _changed;
    private TimeSpan _done;
    private bool _isCancelled;
    private bool _isNoticed;
    private int _position;
    private byte _stale;

    private void WriteCommandReady(TimeSpan now)
    {
        bool toIdle;
        switch (_state)
        {
            case FifoState.Idle:
            case FifoState.Ready:
                toIdle = false;
                break;
            case FifoState.Completion:
                toIdle = Profile.FinishesToIdle;
                break;
            default:
                toIdle = Profile.AbortsToIdle;
                break;
        }

        if (_state == FifoState.Ready)
        {
            return;
        }

        // A chip that still carries out one commandReady remembers the next.
        _pendingSince = _pending is null ? now : _pendingSince;
        FifoState target = toIdle ? FifoState.Idle : FifoState.Ready;
        GoIdle();
        _pending = target;
        SettleState(now);
    }

    private void WriteGo(TimeSpan now)
    {
        if (_state != FifoState.Reception)
        {
            Break(TpmRule.GoOutOfState, _state.ToString());
        }
        else if (Engine.Expects)
        {
            Break(TpmRule.GoWhileExpect, $"{Engine.CommandLength} bytes came");
        }
        else
        {
            Change(now);
            _state = FifoState.Execution;
            _credit = 0;
            _isCancelled = false;
            _done = now + ExecutionTime(Engine.Command);
            Counters.Started(Engine.CommandCode);
        }
    }

    private void WriteCancel(TimeSpan now)
    {
        if (_state == FifoState.Execution && !_isCancelled && !Faults.IsOn(FaultKind.CancelIgnored)
            && (Faults.IsOn(FaultKind.Hang) || now + Profile.CancelTime < _done))
        {
            _isCancelled = true;
            _done = now + Profile.CancelTime;
        }
    }

    private void WriteResponseRetry(TimeSpan now)
    {
        if (_state != FifoState.Completion)
        {
            Break(TpmRule.RetryOutOfState, _state.ToString());
            return;
        }

        Change(now);
        _position = 0;
        _credit = 0;
    }

    private void WriteFifo(byte value, TimeSpan now)
    {
        if (_state == FifoState.Ready)
        {
            Change(now);
            _state = FifoState.Reception;
        }

        if (_state == FifoState.Idle)
        {
            Break(TpmRule.MissingCommandReady, "the TPM is idle");
        }
        else if (_state != FifoState.Reception)
        {
            Break(TpmRule.FifoWriteOutOfState, _state.ToString());
        }
        else if (!Engine.Expects || Engine.IsFull)
        {
            Break(TpmRule.WritePastEnd, $"{Engine.CommandLength} bytes are the whole command");
        }
        else if (TakeCredit(now))
        {
            Change(now);
            Engine.Take(Faults.Pass(FaultKind.CommandDamaged, Engine.CommandLength, value));
        }
    }

    private byte ReadFifo(TimeSpan now)
    {
        const byte Nothing = 0xFF;
        if (_state != FifoState.Completion || !IsDataAvailable(now))
        {
            bool isPast = _state == FifoState.Completion && _position == Engine.ResponseLength;
            Break(isPast ? TpmRule.ReadPastEnd : TpmRule.FifoReadOutOfState, isPast ? $"the response has {_position} bytes" : _state.ToString());
            return Nothing;
        }

        if (!TakeCredit(now))
        {
            return Nothing;
        }

        byte value = Faults.Pass(FaultKind.ResponseDamaged, _position, Engine.Give(_position));
        _position++;
        return value;
    }

    private protected override void SettleState(TimeSpan now)
    {
        if (_pending is { } target && now - _pendingSince >= Profile.CommandReadyTime
            && !Faults.IsHeldUp(FaultKind.CommandReadyLate, _pendingSince, now))
        {
            _pending = null;
            _state = target;
            Raise(target == FifoState.Ready ? InterruptBit.CommandReady : 0);
        }

        if (_state == FifoState.Execution && now >= _done && (_isCancelled || !Faults.IsOn(FaultKind.Hang)))
        {
            Complete();
        }
    }

    private void Complete()
    {
        if (_isCancelled)
        {
            Engine.Cancel();
        }
        else
        {
            Engine.Execute(_localities.Owner);
        }

        Engine.Spoil(Faults);
        Change(_done);
        _state = FifoState.Completion;
        _position = 0;
        _credit = 0;
        _used = 0;
        _isNoticed = false;
        Raise(InterruptBit.DataAvail | InterruptBit.StsValid);
    }

    /// <summary>The command and its response are forgotten.</summary>
    private void GoIdle()
    {
        Change(Clock.Now);
        Engine.Clear();
        _state = FifoState.Idle;
        _pending = null;
        _position = 0;
        _credit = 0;
        _used = 0;
    }

    /// <summary>Expect and dataAvail are about to change: stsValid falls, and until it rises they show what they were.</summary>
    private void Change(TimeSpan now)
    {
        if (IsStatusValid(now))
        {
            _stale = CurrentBits(now);
        }

        _changed = now;
    }
}

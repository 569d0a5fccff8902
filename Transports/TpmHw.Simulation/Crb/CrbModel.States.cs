namespace TpmHw.Simulation;

// The states (PTP, "CRB interface", state transitions). Each method is one event.
public sealed partial class CrbModel
{
    private const uint CmdReady = 1;
    private const uint GoIdleRequest = 2;

    // After this, a driver may try anew.
    private static readonly TimeSpan s_timeoutC = TimeSpan.FromMilliseconds(200);

    private CrbState _state;
    private uint _request;
    private TimeSpan _requestedAt;
    private int _requestsToLose;
    private uint _start;
    private uint _cancel;
    private bool _isCancelled;
    private bool _isNoticed;
    private bool _addressesWritten;
    private TimeSpan _done;

    private void WriteRequest(ulong address, uint value)
    {
        if (value is not (CmdReady or GoIdleRequest))
        {
            Break(value == (CmdReady | GoIdleRequest) ? TpmRule.SeveralBits : TpmRule.ReservedBits, address, Hex(value));
        }
        else if (_state == CrbState.Execution)
        {
            Break(TpmRule.RequestDuringExecution, address, Hex(value));
        }
        else if (value == CmdReady && _request == 0 && _state == CrbState.Completion && !Profile.CanBypassIdle)
        {
            Break(TpmRule.MissingGoIdle, address, "the TPM is in Completion");
        }
        else
        {
            if (_request != 0 && Clock.Now - _requestedAt < s_timeoutC)
            {
                Break(TpmRule.RequestWhilePending, address, $"{Hex(value)} over {Hex(_request)}");
            }

            _request = value; // of two, a chip takes the last word
            _requestedAt = Clock.Now;
        }
    }

    private void WriteStart(ulong address)
    {
        if (_state != CrbState.Reception)
        {
            Break(TpmRule.GoOutOfState, address, _state.ToString());
            return;
        }

        if (Profile.HasZeroAddresses && !_addressesWritten)
        {
            return; // the TPM does not know where to look
        }

        if (!_buffer.IsWhole)
        {
            Break(TpmRule.WrongCommandSize, address, "the header gives another size than was written");
        }

        _isCancelled = _cancel != 0;
        if (_isCancelled)
        {
            Break(TpmRule.StartWithCancelSet, address, "CTRL_CANCEL is 1");
        }

        _buffer.TakeAll();
        _state = CrbState.Execution;
        _start = 1;
        _done = Clock.Now + ExecutionTime(Engine.Command);
        _isNoticed = false;
        Counters.Started(Engine.CommandCode);
    }

    /// <summary>nextChunk, or responseRetry (PTP 1.07).</summary>
    private void WriteChunk(ulong address, uint value)
    {
        const uint Retry = 2;
        bool takes = _state == CrbState.Reception && value != Retry;
        bool gives = _state == CrbState.Completion;
        if (!Profile.CanChunk || !(takes ? _buffer.TakePart() : gives && _buffer.GivePart(again: value == Retry)))
        {
            Break(TpmRule.ChunkOutOfState, address, Profile.CanChunk ? _state.ToString() : "the TPM knows no chunks");
            return;
        }

        _start = Faults.IsOn(FaultKind.ChunkStuck) ? value : 0;
    }

    private void WriteCancel(uint value)
    {
        _cancel = value;
        TimeSpan end = Clock.Now + Profile.CancelTime;
        if (value == 1 && _state == CrbState.Execution && !_isCancelled && !Faults.IsOn(FaultKind.CancelIgnored)
            && (Faults.IsOn(FaultKind.Hang) || end < _done))
        {
            _isCancelled = true;
            _done = end;
        }
    }

    private protected override void SettleState(TimeSpan now)
    {
        FaultKind stuck = _request == CmdReady ? FaultKind.CmdReadyStuck : FaultKind.GoIdleStuck;
        bool isHeldUp = _request == CmdReady && Faults.IsHeldUp(FaultKind.CommandReadyLate, _requestedAt, now);
        if (_request != 0 && now - _requestedAt >= Profile.TransitionTime && !isHeldUp && !Faults.IsOn(stuck))
        {
            TakeRequest();
        }

        if (_state == CrbState.Execution && now >= _done && (_isCancelled || !Faults.IsOn(FaultKind.Hang)))
        {
            Complete();
        }

        if (!Faults.IsOn(FaultKind.ChunkStuck))
        {
            _start &= 1;
        }
    }

    private void TakeRequest()
    {
        bool toReady = _request == CmdReady;
        if (toReady && _requestsToLose > 0)
        {
            _requestsToLose--;
            _request = 0;
            return;
        }

        bool hadAddresses = _addressesWritten;
        GoIdle();
        _state = toReady ? CrbState.Ready : CrbState.Idle;
        _addressesWritten = toReady && hadAddresses;
    }

    private void Complete()
    {
        if (_isCancelled)
        {
            Engine.Cancel();
        }
        else
        {
            Engine.Execute(Math.Max(_localities.Owner, 0));
        }

        Engine.Spoil(Faults);
        _buffer.GivePart(again: true);
        _state = CrbState.Completion;
        _start = 0;
    }

    /// <summary>What happens when the locality that has the TPM loses it.</summary>
    private void Forget()
    {
        GoIdle();
        _cancel = 0;
    }

    /// <summary>The command and its response are forgotten.</summary>
    private void GoIdle()
    {
        _buffer.Clear();
        _state = CrbState.Idle;
        _request = _start = 0;
        _isCancelled = _addressesWritten = false;
    }
}

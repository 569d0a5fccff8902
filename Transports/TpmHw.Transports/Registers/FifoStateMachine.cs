using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Registers;

/// <summary>The states of the FIFO interface (PTP 6.5.2.5, state transition table).</summary>
internal enum FifoState
{
    /// <summary>Nothing set; also what a TPM looks like that has not been asked yet.</summary>
    Idle,

    /// <summary>commandReady: the first byte may come.</summary>
    Ready,

    /// <summary>Expect: bytes are coming in.</summary>
    Reception,

    /// <summary>None of commandReady, Expect and dataAvail.</summary>
    Execution,

    /// <summary>dataAvail: the response can be read.</summary>
    Completion,
}

/// <summary>
/// The way of one command through the states. Each method is one transition of the table in PTP 6.5.2.5:
/// <code>
/// Idle, any    → Ready       commandReady written; a TPM may stop in Idle and want it twice   MakeReady, Finish
/// Ready        → Reception   first byte written to the FIFO                                   Send
/// Reception    → Execution   tpmGo written, with Expect 0                                     Go
/// Execution    → Completion  the TPM sets dataAvail                                           IsDone
/// Execution    → Completion  commandCancel written (TPM 2.0)                                  Cancel
/// Completion   → Completion  responseRetry written: the response from its start               Rewind
/// </code>
/// </summary>
internal sealed class FifoStateMachine(FifoPort port, bool burstCountIsStatic, bool lastByteAlone)
{
    // What is waited for; here, so that none is made in the middle of a command.
    private static readonly Func<TpmSts, bool> s_ready = static s => s.IsReady;
    private static readonly Func<TpmSts, bool> s_burst = static s => s.BurstCount > 0;
    private static readonly Func<TpmSts, bool> s_valid = static s => s.IsValid;
    private static readonly Func<TpmSts, bool> s_data = static s => s.HasData;
    private static readonly Func<TpmSts, bool> s_burstOrEnd = static s => s.IsValid && (s.BurstCount > 0 || !s.HasData);

    // Time for the first commandReady, before it is repeated.
    private static readonly TimeSpan s_firstReady = TimeSpan.FromMilliseconds(2);

    // Seen on this chip: the time from commandReady to Ready, and that it takes two of them after a response.
    private TimeSpan _timeToReady;
    private bool _stopsInIdle;

    // Since Finish; null where it wasn't.
    private Deadline? _finished;

    /// <summary>Where the command is, as far as the driver has led it.</summary>
    public FifoState State { get; private set; }

    /// <summary>Any state → Ready, within TIMEOUT_B. A TPM that is ready already, or is about to be, is not written to.</summary>
    /// <returns>The status, with the burstCount for the first bytes.</returns>
    public TpmSts MakeReady()
    {
        bool isComing = _finished is not null && !_stopsInIdle;
        Deadline waiting = isComing ? _finished!.Value : Deadline.After(TimeSpan.Zero, port.Clock);
        _finished = null;
        if (!TryWaitForReady(waiting, out TpmSts sts))
        {
            State = FifoState.Idle;
            sts = WriteUntilReady(learn: true);
            _stopsInIdle |= isComing;
        }

        State = FifoState.Ready;
        return sts;
    }

    /// <summary>Execution, Completion, Reception → Ready: aborts, and drops what is left.</summary>
    public void Abort()
    {
        State = FifoState.Idle;
        _finished = null;
        WriteUntilReady(learn: false); // an abort may take any time
        State = FifoState.Ready;
    }

    /// <summary>Ready → Reception: the command, in pieces of at most burstCount, which is read again before each burst.</summary>
    public void Send(ReadOnlySpan<byte> command, TpmSts sts)
    {
        int sent = 0;
        int burst = sts.BurstCount;
        while (sent < command.Length)
        {
            bool isLast = lastByteAlone && sent == command.Length - 1;
            if (burst == 0 || isLast)
            {
                sts = WaitForBurst();
                burst = sts.BurstCount;
                // Expect stays 1 until the last byte is in: a TPM that wants no more has counted others.
                Require(sent == 0 || !sts.IsValid || sts.Expects, sts);
            }

            int end = lastByteAlone && !isLast ? command.Length - 1 : command.Length;
            int piece = Math.Min(Math.Min(end - sent, burst), port.Bus.MaxFifoTransfer);
            port.Bus.Write(TpmRegister.DataFifo, port.Locality, command.Slice(sent, piece));
            State = FifoState.Reception;
            sent += piece;
            burst = burstCountIsStatic ? burst : burst - piece;
        }

        // After the last byte: stsValid within TIMEOUT_C, and Expect 0. Only then may tpmGo be written.
        sts = port.WaitFor(s_valid, port.Timeouts.C, TpmFault.StatusTimeout);
        Require(!sts.Expects || !port.ReadSts().Expects, sts);
        RequireChecksum(command);
    }

    /// <summary>Reception → Execution.</summary>
    public void Go()
    {
        State = FifoState.Execution;
        port.WriteSts(TpmStsFlags.Go);
    }

    /// <summary>Execution → Completion, when the TPM has set dataAvail.</summary>
    public bool IsDone(TpmSts sts)
    {
        bool done = !port.IsFalse(sts) && sts.HasData;
        State = done ? FifoState.Completion : State;
        return done;
    }

    /// <summary>Execution → Completion or Ready on the TPM's own: it was reset, or somebody else aborted the command.</summary>
    public void CheckExecution(TpmSts sts)
    {
        if (!sts.IsImpossible && sts.IsReady && port.ReadSts() is { IsImpossible: false, IsReady: true })
        {
            State = FifoState.Ready;
            throw FifoFault.Make(port, TpmFault.Aborted, "TPM_STS = " + sts);
        }
    }

    /// <summary>Execution → Completion, early: the TPM answers TPM_RC_CANCELED, or what it has done by then.</summary>
    /// <exception cref="TpmTransportException">It did not within TIMEOUT_B.</exception>
    public TpmSts Cancel()
    {
        port.WriteCommandCancel();
        TpmSts sts = port.WaitFor(s_data, port.Timeouts.B, TpmFault.Timeout);
        State = FifoState.Completion;
        return sts;
    }

    /// <summary>Completion: the response's header, whose size is not known before, and then the rest.</summary>
    /// <param name="response">Room for the response.</param>
    /// <param name="sts">The status that said that it is there.</param>
    /// <param name="endIsProved">
    /// Whether to read the last byte alone, after a look whether there is one: the only way to see that the size is too
    /// large by less than a burst. It costs two frames.
    /// </param>
    /// <returns>The response's length.</returns>
    public int Receive(Span<byte> response, TpmSts sts, bool endIsProved)
    {
        int received = 0;
        int size = TpmHeader.Size;
        int burst = sts.BurstCount;
        while (received < size)
        {
            bool isLast = endIsProved && received == size - 1;
            if (burst == 0 || isLast)
            {
                burst = WaitForData().BurstCount;
            }

            int end = endIsProved && !isLast ? size - 1 : size;
            int piece = Math.Min(Math.Min(end - received, burst), port.Bus.MaxFifoTransfer);
            port.Bus.Read(TpmRegister.DataFifo, port.Locality, response.Slice(received, piece));
            received += piece;
            burst = burstCountIsStatic ? burst : burst - piece;
            if (received == TpmHeader.Size)
            {
                size = SizeOf(response);
            }
        }

        // dataAvail falls with the last byte: more would be another response's, or the size was read wrongly.
        sts = port.WaitFor(s_valid, port.Timeouts.C, TpmFault.StatusTimeout);
        if (sts.HasData && (sts = port.ReadSts()).HasData)
        {
            throw FifoFault.Make(port, TpmFault.BadResponse, $"TPM_STS = {sts}: bytes are left over after {received}");
        }

        RequireChecksum(response[..received]);
        return received;
    }

    /// <summary>Completion → Completion: the response from its start.</summary>
    public TpmSts Rewind()
    {
        port.WriteSts(TpmStsFlags.ResponseRetry);
        return port.WaitFor(s_data, port.Timeouts.C, TpmFault.Truncated);
    }

    /// <summary>Completion → Ready, or Idle on the way there; the next command looks which.</summary>
    public void Finish()
    {
        port.WriteSts(TpmStsFlags.CommandReady);
        State = FifoState.Idle;
        _finished = Deadline.After(s_firstReady, port.Clock);
    }

    /// <summary>
    /// Writes commandReady until the TPM is ready. The first one may lead to Idle only, and a write may restart what
    /// the TPM does to get ready, so that it is repeated after longer and longer times.
    /// </summary>
    private TpmSts WriteUntilReady(bool learn)
    {
        var deadline = Deadline.After(port.Timeouts.B, port.Clock);
        TpmSts sts = default;
        for (TimeSpan each = s_firstReady; !deadline.HasPassed; each *= 8)
        {
            port.WriteSts(TpmStsFlags.CommandReady);
            TimeSpan left = deadline.Remaining;
            var waiting = Deadline.After(each < left ? each : left, port.Clock);
            if (learn ? TryWaitForReady(waiting, out sts) : port.TryWaitFor(s_ready, waiting, out sts))
            {
                return sts;
            }
        }

        throw FifoFault.Make(port, sts.IsImpossible ? TpmFault.BadStatus : TpmFault.NotReady, "TPM_STS = " + sts, deadline);
    }

    /// <summary>Waits for Ready, which was asked for when the wait began, and learns how long it takes.</summary>
    private bool TryWaitForReady(Deadline waiting, out TpmSts sts)
    {
        TimeSpan first = _timeToReady - waiting.Elapsed;
        if (first > TimeSpan.Zero && !waiting.HasPassed)
        {
            port.Clock.Wait(first < waiting.Remaining ? first : waiting.Remaining, CancellationToken.None);
        }

        if (!port.TryWaitFor(s_ready, waiting, out sts, out bool atOnce))
        {
            return false;
        }

        // What was ready at the first look may have been so before it.
        _timeToReady = !atOnce ? waiting.Elapsed : first > TimeSpan.Zero ? _timeToReady - (_timeToReady / 64) : _timeToReady;
        return true;
    }

    private TpmSts WaitForBurst() => port.WaitFor(s_burst, port.Timeouts.Burst, TpmFault.BurstTimeout);

    /// <summary>Waits for more of the response. Some chips set dataAvail a little later than stsValid: it is looked at twice.</summary>
    private TpmSts WaitForData()
    {
        TpmSts sts = WaitForBurstOrEnd();
        if (!sts.HasData)
        {
            sts = WaitForBurstOrEnd();
        }

        return sts.HasData
            ? sts
            : throw FifoFault.Make(port, TpmFault.Truncated, "TPM_STS = " + sts);
    }

    private TpmSts WaitForBurstOrEnd() => port.WaitFor(
        s_burstOrEnd, port.Timeouts.Burst, TpmFault.BurstTimeout);

    private int SizeOf(ReadOnlySpan<byte> response)
    {
        TpmHeader header = TpmHeader.Read(response);
        return header.HasResponseTag && header.TotalSize >= TpmHeader.Size && header.TotalSize <= response.Length
            ? (int)header.TotalSize
            : throw FifoFault.Make(port, TpmFault.BadResponse, "header " + Convert.ToHexString(response[..TpmHeader.Size]));
    }

    private void Require(bool expectIsRight, TpmSts sts)
    {
        if (!expectIsRight && !port.Chip.ExpectIsBroken)
        {
            throw FifoFault.Make(port, TpmFault.ExpectStuck, "TPM_STS = " + sts);
        }
    }

    private void RequireChecksum(ReadOnlySpan<byte> moved)
    {
        if ((port.Bus as IChecksumBus)?.FindMismatch(moved) is { } mismatch)
        {
            throw FifoFault.Make(port, TpmFault.ChecksumMismatch, mismatch);
        }
    }
}

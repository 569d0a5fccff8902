using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Wire;

namespace TpmHw.Transports.Registers;

/// <summary>
/// A TPM behind FIFO registers: TIS 1.2, TIS 1.3 and PTP, of either family, on whatever bus. Opened with
/// <see cref="RegisterTransport"/>.
/// </summary>
/// <remarks>
/// The locality is requested once and kept until the end. What is damaged on the way to the TPM is sent again, and what
/// is damaged on the way back is read again, a few times; a command that may have begun is never sent again.
/// </remarks>
public sealed class FifoDriver : TpmTransport, ITpmLocality, ITpmHashSequence, IResetAware
{
    // Linux tries 50 times; what five don't repair is not a matter of luck.
    private const int MostAttempts = 5;

    private const byte HashLocality = 4;

    private static readonly TimeSpan s_pauseBeforeResend = TimeSpan.FromMicroseconds(250);

    // Between looks at the caller's token and at Dispose while a command runs.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(10);

    // Between looks at TPM_ACCESS while a command runs: a dead bus looks like one that executes.
    private static readonly TimeSpan s_lookAtLocality = TimeSpan.FromSeconds(1);

    private readonly FifoPort _port;
    private readonly Localities _localities;
    private readonly FifoStateMachine _machine;
    private readonly ResponseReader _reader;
    private readonly InterruptLine _interrupt;
    private readonly CompletionSchedule _schedule = new();
    private readonly TimeSpan? _timeout;
    private readonly int _localityCount;
    private TpmTransportInfo _info;
    private FifoDurations? _durations;

    internal FifoDriver(FifoPort port, TpmTransportInfo info, TpmIntfCapability capability, int localities, RegisterTransportOptions options)
    {
        _port = port;
        _info = info;
        _timeout = options.Timeout;
        _localityCount = localities;
        _localities = new Localities(port, options.SeizesLocality);
        // TIS 1.2 chips were made for drivers that send the last byte alone and look at Expect before and after it.
        _machine = new FifoStateMachine(port, capability.IsBurstCountStatic, capability.Version == TpmInterfaceVersion.Tis12);
        _reader = new ResponseReader(port, _machine, options.VerifiesResponses ? new byte[info.MaxResponseSize] : null);
        _interrupt = new InterruptLine(port, capability);
    }

    /// <inheritdoc/>
    public override TpmTransportInfo Info => _info;

    /// <inheritdoc/>
    public int Locality
    {
        get => _port.Locality;
        set
        {
            CheckLocality(value);
            if (value >= _localityCount)
            {
                throw new TpmTransportException(TpmFault.NotSupported, $"{Chip.Describe(_port.DidVid)} has locality 0 alone.");
            }

            Exclusively(() => ChangeLocality((byte)value));
        }
    }

    /// <inheritdoc/>
    public void HashStart() => Exclusively(() =>
    {
        // TPM_HASH_START makes locality 4 the active one by itself, and is ignored while another is.
        GiveBack();
        _port.Bus.Write(TpmRegister.HashStart, HashLocality, [0]);
    });

    /// <inheritdoc/>
    public void HashData(ReadOnlySpan<byte> data)
    {
        // Whoever starts a dynamic launch reads no status: the TPM holds the bus up where it can't take more.
        byte[] copy = data.ToArray();
        Exclusively(() =>
        {
            foreach (byte[] piece in copy.Chunk(_port.Bus.MaxFifoTransfer))
            {
                _port.Bus.Write(TpmRegister.DataFifo, HashLocality, piece);
            }
        });
    }

    /// <summary>Ends the sequence; TPM_HASH_END gives locality 4 back by itself.</summary>
    public void HashEnd() => Exclusively(() => _port.Bus.Write(TpmRegister.HashEnd, HashLocality, [0]));

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        _port.Cancellation = cancellationToken;
        try
        {
            Send(command);
        }
        finally
        {
            _port.Cancellation = null;
        }

        _interrupt.Start();
        _machine.Go();
        TpmSts sts = Execute(command, out TpmTransportException? late, cancellationToken);
        int length = _reader.Read(response, sts);
        Finish();
        switch (TpmHeader.Read(response).Code)
        {
            case TpmRc.Success:
                _schedule.Learn();
                break;
            case TpmRc.Canceled when late is not null:
                throw late;
        }

        return length;
    }

    /// <summary>The TPM was reset through its line: its locality and its interrupts are gone.</summary>
    void IResetAware.OnReset()
    {
        _interrupt.Forget();
        _localities.Forget();
    }

    /// <summary>Brings the TPM back to Ready, from wherever the failed command left it.</summary>
    protected override void Recover(CancellationToken cancellationToken)
    {
        _interrupt.Forget();
        _localities.HoldAgain();
        _machine.Abort();
    }

    /// <inheritdoc/>
    protected override void Interrupt() => _port.Stop();

    /// <inheritdoc/>
    protected override void Release()
    {
        try
        {
            if (_localities.IsHeld)
            {
                _interrupt.Disable();
                _localities.Relinquish();
            }
        }
        catch (TpmTransportException)
        {
            // The bus is gone, and with it whoever would care about the locality.
        }

        _port.Bus.Dispose();
    }

    /// <summary>Takes the TPM, takes interrupts back, and asks for the family and what hangs on it.</summary>
    internal void Begin(TpmFamily? family)
    {
        _localities.Hold();
        _interrupt.Disable();
        family ??= FamilyProbe.Find(this);
        _info = _info with { Family = family };
        _port.Chip = ChipTable.Find(_port.DidVid, family);
        if (family == TpmFamily.Tpm12)
        {
            AskTimes();
        }
        else
        {
            _port.Timeouts = _port.Chip.Correct(FifoTimeouts.Tpm20);
        }
    }

    /// <summary>
    /// A TPM 1.2 has times of its own. One that was not started answers TPM_INVALID_POSTINIT and keeps the usual ones:
    /// starting it is for whoever uses it, who decides in which state.
    /// </summary>
    private void AskTimes()
    {
        byte[] answer = new byte[_info.MaxResponseSize];
        _port.Timeouts = _port.Chip.Correct(FifoTimeouts.Tpm12.WithTpm12Answer(Ask(Tpm12Capability.TisTimeout)));
        _durations = FifoDurations.Read(Ask(Tpm12Capability.TisDuration));
        if (_port.Chip.HastyFirmware is { } hasty && hasty == Tpm12Capability.ReadVersion(Ask(Tpm12Capability.Version)))
        {
            _durations = FifoDurations.Unknown;
        }

        ReadOnlySpan<byte> Ask(ReadOnlySpan<byte> command) => answer.AsSpan(0, Transmit(command, answer));
    }

    private TimeSpan TimeFor(ReadOnlySpan<byte> command) => _timeout ?? _durations?.Of(command) ?? CommandDurations.Of(command);

    private void ChangeLocality(byte locality)
    {
        if (locality == _port.Locality && _localities.IsHeld)
        {
            return;
        }

        byte before = _port.Locality;
        GiveBack();
        _port.Locality = locality;
        try
        {
            _localities.Hold();
        }
        catch (TpmTransportException)
        {
            _port.Locality = before;
            throw;
        }
    }

    private void GiveBack()
    {
        _interrupt.Forget();
        if (_localities.IsHeld)
        {
            _localities.Relinquish();
        }
    }

    /// <summary>Ready, Reception: nothing has been executed, so that what goes wrong can be tried again.</summary>
    private void Send(ReadOnlySpan<byte> command)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                _localities.Hold();
                _machine.Send(command, _machine.MakeReady());
                return;
            }
            catch (TpmTransportException e) when (attempt < MostAttempts && CanSendAgain(e.Fault))
            {
                _port.Clock.Wait(s_pauseBeforeResend, CancellationToken.None);
                Recover(CancellationToken.None);
            }
        }
    }

    private bool CanSendAgain(TpmFault fault) => fault switch
    {
        TpmFault.ExpectStuck or TpmFault.LocalityLost or TpmFault.WaitStates or TpmFault.ChecksumMismatch => true,
        TpmFault.StatusTimeout => _port.Chip.StsValidSticks,
        _ => false,
    };

    /// <summary>Execution: looks when the schedule says so, or the interrupt fires, until the command is done.</summary>
    /// <param name="command">The command.</param>
    /// <param name="late">The error for a command that was cancelled at its deadline, and answers just that.</param>
    /// <param name="cancellationToken">The caller's.</param>
    private TpmSts Execute(ReadOnlySpan<byte> command, out TpmTransportException? late, CancellationToken cancellationToken)
    {
        late = null;
        var deadline = Deadline.After(TimeFor(command), _port.Clock);
        TimeSpan lookAtLocality = s_lookAtLocality;
        TimeSpan lastTrue = TimeSpan.Zero;
        _schedule.Start(TpmHeader.Read(command).Code);
        while (true)
        {
            TimeSpan elapsed = deadline.Elapsed;
            TpmSts sts = _port.ReadSts();
            if (_machine.IsDone(sts))
            {
                return sts;
            }

            _interrupt.CheckAlarm();
            _machine.CheckExecution(sts);
            lastTrue = sts.IsImpossible ? lastTrue : elapsed;
            if (elapsed - lastTrue > _port.Timeouts.C)
            {
                throw FifoFault.Make(_port, TpmFault.BadStatus, "TPM_STS = " + sts, deadline);
            }

            if (elapsed > lookAtLocality)
            {
                _port.CheckLocality();
                lookAtLocality = elapsed + s_lookAtLocality;
            }

            if (cancellationToken.IsCancellationRequested || _port.IsStopped)
            {
                return Stop() ?? throw new OperationCanceledException(cancellationToken);
            }

            if (deadline.HasPassed)
            {
                late = FifoFault.Make(_port, TpmFault.Timeout, $"command 0x{TpmHeader.Read(command).Code:X}, TPM_STS = {sts}", deadline);
                return Stop() ?? throw late;
            }

            WaitUntil(NextLook(elapsed), deadline, cancellationToken);
        }
    }

    private TimeSpan NextLook(TimeSpan elapsed)
    {
        TimeSpan next = _schedule.Next(elapsed);
        TimeSpan soonest = elapsed + _port.Chip.PollInterval;
        TimeSpan withInterrupt = _interrupt is { IsTrusted: true, IsUsable: true } ? elapsed * 2 : TimeSpan.Zero;
        next = next > soonest ? next : soonest;
        return next > withInterrupt ? next : withInterrupt;
    }

    private void WaitUntil(TimeSpan moment, Deadline deadline, CancellationToken cancellationToken)
    {
        moment = moment < deadline.Allowed ? moment : deadline.Allowed;
        while (!cancellationToken.IsCancellationRequested && !_port.IsStopped)
        {
            TimeSpan left = moment - deadline.Elapsed;
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            TimeSpan slice = left < s_slice ? left : s_slice;
            if (!_interrupt.IsUsable)
            {
                _port.Clock.Wait(slice, CancellationToken.None);
            }
            else if (_interrupt.Wait(slice, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>The recovery ladder: commandCancel, which keeps the response, and then commandReady, which does not.</summary>
    /// <returns>The status where there is a response; otherwise null, with the command aborted.</returns>
    private TpmSts? Stop()
    {
        try
        {
            if (_info.Family != TpmFamily.Tpm12)
            {
                return _machine.Cancel();
            }
        }
        catch (TpmTransportException e) when (e.Fault == TpmFault.Timeout)
        {
        }

        try
        {
            _machine.Abort();
        }
        catch (TpmTransportException e) when (e.Fault == TpmFault.NotReady)
        {
            // The next command tries again, and says so where it still isn't.
        }

        return null;
    }

    /// <summary>Completion → Ready, ahead of the next command. The response is whole: an error now is for that one to find.</summary>
    private void Finish()
    {
        try
        {
            _machine.Finish();
            _interrupt.End();
        }
        catch (TpmTransportException)
        {
            // The next command finds the TPM not ready, and makes it so or says why not.
        }
    }
}

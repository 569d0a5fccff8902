using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Mmio;
using TpmHw.Wire;

namespace TpmHw.Transports.Registers.Crb;

/// <summary>
/// A TPM 2.0 behind the command response buffer interface: firmware TPMs (Intel PTT, AMD fTPM) and the virtual ones of
/// QEMU. Memory mapped, so it is written against <see cref="IMmioRegion"/>.
/// </summary>
/// <remarks>
/// The states and what leads from one to the next (PTP, "CRB interface", state transitions):
/// <code>
/// Idle       -- cmdReady=1, the TPM clears it -->  Ready         GetReady
/// Ready      -- first write to the buffer     -->  Reception     Submit
/// Reception  -- start=1                       -->  Execution     Exchange
/// Execution  -- the TPM clears start          -->  Completion    AwaitCompletion, Stop
/// Completion -- goIdle=1, the TPM clears it   -->  Idle          Exchange, at its end
/// </code>
/// The locality is kept from one command to the next.
/// </remarks>
public sealed partial class CrbDriver : TpmTransport, ITpmLocality, ITpmEstablished
{
    private const int MostAttempts = 3;
    private const string LookForOthers = "Another program or the kernel may be using the same TPM. If not, only a restart of the machine resets it.";

    // Between looks at the caller's token and at Dispose while a command runs.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(10);

    private readonly CrbRegisters _registers;
    private readonly CrbArea _area;
    private readonly CrbQuirk _quirk;
    private readonly MmioMapper _map;
    private readonly CompletionSchedule _schedule = new();
    private readonly TimeSpan? _timeout;
    private readonly TpmClock _clock;
    private readonly byte[]? _second;
    private CrbBuffer _command = null!;
    private CrbBuffer _response = null!;
    private int? _buffersOf; // each locality has its own
    private bool _writesAddresses;
    private Deadline _allowed;

    private CrbDriver(string connectionString, CrbArea area, MmioMapper map, RegisterTransportOptions options, string kind)
    {
        _area = area;
        _map = map;
        _timeout = options.Timeout;
        _registers = new CrbRegisters(area, map);
        _quirk = CrbQuirk.Of(_registers.Id);
        _clock = _registers.Clock;
        try
        {
            TakeLocality();
            Settle();
            GetReady();
            LocateBuffers(); // in Ready, because the registers that say where need not hold in any other state
            GoIdle();
        }
        catch
        {
            Free();
            throw;
        }

        bool chunks = _registers.Id.CanChunk;
        Info = new TpmTransportInfo
        {
            Kind = kind,
            Name = connectionString,
            Family = TpmFamily.Tpm20,
            MaxCommandSize = chunks ? Math.Max(TpmTransportInfo.UsualSize, _command.Size) : _command.Size,
            MaxResponseSize = chunks ? Math.Max(TpmTransportInfo.UsualSize, _response.Size) : _response.Size,
        };
        _second = options.VerifiesResponses ? new byte[_response.Size] : null;
    }

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <inheritdoc/>
    public int Locality
    {
        get => _registers.Locality;
        set
        {
            CheckLocality(value);
            Exclusively(() => ChangeLocality((byte)value));
        }
    }

    /// <summary>Opens the interface: takes locality 0 and finds the buffers.</summary>
    /// <param name="connectionString">What the user wrote, for <see cref="TpmTransportInfo.Name"/>.</param>
    /// <param name="area">Where the registers are.</param>
    /// <param name="map">Makes memory accessible: the registers, and buffers that are elsewhere.</param>
    /// <param name="options">Options; the usual ones where null.</param>
    /// <param name="kind">The transport's name in a connection string.</param>
    /// <exception cref="TpmTransportException">There is no TPM, or it does not get ready.</exception>
    public static CrbDriver Open(string connectionString, CrbArea area, MmioMapper map, RegisterTransportOptions? options = null, string kind = "mmio")
    {
        ArgumentNullException.ThrowIfNull(map);
        return new CrbDriver(connectionString, area, map, options ?? new RegisterTransportOptions(), kind);
    }

    /// <inheritdoc/>
    public bool ReadEstablished() => _area.HasLocalities
        ? Exclusively(() => _registers.LocState.IsEstablished)
        : throw OnlyLocality0();

    /// <inheritdoc/>
    public void ResetEstablished(int locality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(locality, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(locality, 4);
        Exclusively(() =>
        {
            byte before = _registers.Locality;
            ChangeLocality((byte)locality);
            _registers.Write(CrbRegister.LocCtrl, LocCtrl.ResetEstablishment);
            ChangeLocality(before);
        });
    }

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        Submit(command);
        _registers.Write(CrbRegister.CtrlStart, CtrlStart.Start);
        bool stopped = !AwaitCompletion(command, cancellationToken);
        int length = Collect(response);
        if (stopped && !cancellationToken.IsCancellationRequested && !IsDisposed && TpmHeader.Read(response).Code == TpmRc.Canceled)
        {
            GoIdle();
            throw Late("did not finish in time, and was stopped");
        }

        if (TpmHeader.Read(response).Code == TpmRc.Success)
        {
            _schedule.Learn(); // a refusal comes sooner, and teaches nothing
        }

        // Completion to Idle. The response is here, so nobody waits for that now; the next command makes sure of it.
        _registers.Write(CrbRegister.CtrlReq, CtrlReq.GoIdle);
        return length;
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken)
    {
        TakeLocality();
        Settle(cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Interrupt()
    {
        // The wait for completion looks at IsDisposed every time it looks at the register.
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        try
        {
            GoIdle();
            Relinquish();
        }
        catch (TpmTransportException)
        {
            // Whoever sent the last command knows that something is wrong, or nobody needs to.
        }
        finally
        {
            Free();
        }
    }

    /// <summary>Execution to Completion.</summary>
    /// <returns>Whether it got there by itself; false where it had to be stopped.</returns>
    private bool AwaitCompletion(ReadOnlySpan<byte> command, CancellationToken cancellationToken)
    {
        _allowed = Deadline.After(_timeout ?? CommandDurations.Of(command), _clock);
        _schedule.Start(TpmHeader.Read(command).Code);
        if (PollCompletion(cancellationToken))
        {
            return true;
        }

        if (!Stop())
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            throw Late("did not answer in time, nor when it was asked to stop");
        }

        return false;
    }

    private bool PollCompletion(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan elapsed = _allowed.Elapsed;
            if ((_registers.Read(CrbRegister.CtrlStart) & CtrlStart.Start) == 0)
            {
                return true;
            }

            for (TimeSpan next = _schedule.Next(elapsed); elapsed < next; elapsed = _allowed.Elapsed)
            {
                if (elapsed >= _allowed.Allowed || cancellationToken.IsCancellationRequested || IsDisposed)
                {
                    return false;
                }

                _clock.Wait(Least(next - elapsed, s_slice, _allowed.Remaining), CancellationToken.None); // slices: a token's wait handle costs an allocation
            }
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other, TimeSpan third)
    {
        TimeSpan least = one < other ? one : other;
        return least < third ? least : third;
    }

    /// <summary>Asks the TPM to end the running command, which it answers then, and takes the wish back.</summary>
    private bool Stop()
    {
        _registers.Write(CrbRegister.CtrlCancel, 1);
        CrbWait end = _registers.Await(CrbRegister.CtrlStart, CtrlStart.Busy, 0, CrbTimes.B);
        _registers.Write(CrbRegister.CtrlCancel, 0);
        return end.Done;
    }

    /// <summary>Ends what an earlier command, or somebody before us, has left running.</summary>
    private void Settle(CancellationToken cancellationToken = default)
    {
        if ((_registers.Read(CrbRegister.CtrlStart) & CtrlStart.Busy) == 0 || Stop() || (_allowed.Allowed > TimeSpan.Zero && PollCompletion(cancellationToken)))
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw _registers.Late(
            TpmFault.Timeout,
            CrbRegister.CtrlStart,
            _registers.Read(CrbRegister.CtrlStart),
            CrbTimes.B,
            "is still busy with an earlier command and does not stop; no other was sent",
            LookForOthers);
    }

    /// <summary>Reads the response, whose size is in its header.</summary>
    private int Collect(Span<byte> response)
    {
        Status();
        if (_area.HasLocalities && !HasLocality())
        {
            throw _registers.NoLocality(TpmFault.LocalityLost, "it was taken away while a command ran, which may have been executed or not");
        }

        Span<byte> start = response[..TpmHeader.Size];
        _response.Read(0, start);
        if (!start.ContainsAnyExcept(byte.MaxValue))
        {
            throw new TpmTransportException(
                TpmFault.FloatingBus,
                $"The response buffer of the TPM at {_registers.Name} reads as ones.",
                $"header {Convert.ToHexString(start)}",
                "The TPM was not there for a moment, or the buffer is somewhere else. The command may have been executed or not.");
        }

        uint size = TpmHeader.Read(start).TotalSize;
        uint most = _registers.Id.CanChunk ? (uint)response.Length : (uint)Math.Min(response.Length, _response.Size);
        if (size < TpmHeader.Size || size > most)
        {
            throw new TpmTransportException(
                TpmFault.BadResponse,
                $"The response of the TPM at {_registers.Name} has an impossible size.",
                string.Create(CultureInfo.InvariantCulture, $"{size} bytes, of {TpmHeader.Size} to {most}; header {Convert.ToHexString(start)}"),
                "The command was executed. Another program that uses the same TPM may have written over the buffer.");
        }

        int end = Math.Min((int)size, _response.Size);
        _response.Read(TpmHeader.Size, response[TpmHeader.Size..end]);
        Verify(response[..end]);
        for (int at = end; at < (int)size; at = end)
        {
            NextChunk();
            end = Math.Min((int)size, at + _response.Size);
            _response.Read(0, response[at..end]);
        }

        return (int)size;
    }

    /// <summary>Reads what is in the buffer again, until it was the same twice in a row; only where that was asked for.</summary>
    private void Verify(Span<byte> response)
    {
        for (int attempt = 1; _second is not null; attempt++)
        {
            Span<byte> again = _second.AsSpan(0, response.Length);
            _response.Read(0, again);
            bool isSame = again.SequenceEqual(response);
            again.CopyTo(response);
            again.Clear(); // a response can hold secrets
            if (isSame)
            {
                return;
            }

            if (attempt == MostAttempts)
            {
                throw new TpmTransportException(
                    TpmFault.BadResponse,
                    $"The response of the TPM at {_registers.Name} does not read the same twice.",
                    string.Create(CultureInfo.InvariantCulture, $"read {attempt + 1} times"),
                    "Another program that uses the same TPM may write over the buffer. The command was executed.");
            }
        }
    }

    private TpmTransportException Late(string what) => _registers.Late(
        TpmFault.Timeout,
        CrbRegister.CtrlStart,
        _registers.Read(CrbRegister.CtrlStart),
        _allowed.Elapsed,
        what,
        "It may have been executed: ask the TPM before sending it again. A longer time is given with timeout=…, in milliseconds.");

    private void Free()
    {
        FreeBuffers();
        _registers.Dispose();
    }
}

using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Spi;

/// <summary>
/// TPM registers over SPI (PTP, SPI hardware protocol): four header bytes, wait bytes while the chip needs them, then up to 64
/// bytes of data, all under one chip select.
/// </summary>
/// <remarks>
/// <para>
/// The chip says with bit 0 of the header's last byte, and then of every wait byte, whether data comes next. Looking
/// at it takes an exchange of its own, and on Linux a system call. Where a register has shown the same number of wait
/// bytes often enough, none of the rest is needed: header, wait bytes and data go in one exchange, and what came
/// back shows whether the number was right.
/// </para>
/// <para>
/// Where it was not: a register's read, or the write of one byte, is repeated with flow control. A FIFO access can't
/// be, since bytes may have been taken or given; it ends in <see cref="TpmFault.WaitStates"/>, and the register driver
/// aborts the command or has the response repeated. Such an access is sent whole only once it has proved steady.
/// </para>
/// <para>
/// A port that can't hold chip select sends every frame whole. Reading a register, and a surprise, teach the number of
/// wait bytes, so that chips with a fixed number work; one whose number varies on its FIFO does not, and the error
/// says so.
/// </para>
/// </remarks>
public sealed class SpiRegisterBus : ITpmRegisterBus, IQuirkBus, IRawBus
{
    // Chips with a slow start take up to 255 wait bytes; after those each further one is preceded by a pause.
    private const int MostPadding = 256, TightPolls = 256, MostPolls = 4096, MostAttempts = 64;

    // Time alone proves nothing against a chip that was hardly asked, on a busy machine or a slow port: Linux asks 50 times
    // (TPM_RETRY), and frames with room for waits have the most of it by the fifth attempt.
    private const int LeastPolls = 50, LeastAttempts = 6;

    // What firmware drivers give a chip (100 ms), and those for chips that wake up from sleep (750 ms = TIMEOUT_A).
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patienceWhileWaking = TimeSpan.FromMilliseconds(750);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(1);

    private readonly ISpiPort _barePort;
    private readonly SpiWaitMode _mode;
    private readonly IGpioLine? _interrupt;
    private readonly bool _holds;
    private readonly byte[] _output = new byte[SpiAccess.HeaderSize + MostPadding + SpiAccess.MaxLength];
    private readonly byte[] _input = new byte[SpiAccess.HeaderSize + MostPadding + SpiAccess.MaxLength];
    private readonly SpiWaits[] _waits = new SpiWaits[SpiAccess.Slots];
    private int _lastRead; // the wait bytes of the last register read
    private ISpiPort _port;
    private WireQuirks? _quirks;
    private bool _headerTellsReady;

    /// <summary>Puts registers on a port, which it then owns.</summary>
    /// <param name="port">The SPI port with the TPM on it.</param>
    /// <param name="waitMode">How wait states are handled.</param>
    /// <param name="interruptLine">The line that the TPM's PIRQ# is on, an input with a pull-up; owned as well.</param>
    /// <exception cref="TpmTransportException">The mode needs chip select held, and the port can't do that.</exception>
    public SpiRegisterBus(ISpiPort port, SpiWaitMode waitMode = SpiWaitMode.Auto, IGpioLine? interruptLine = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        _barePort = _port = port;
        _mode = waitMode;
        _interrupt = interruptLine;
        _headerTellsReady = waitMode != SpiWaitMode.Always;
        _holds = port.CanHoldChipSelect && waitMode is not (SpiWaitMode.None or SpiWaitMode.Padded);
        if (waitMode is SpiWaitMode.Poll or SpiWaitMode.Always && !_holds)
        {
            throw SpiBusError.CanNotHold(port.Name, waitMode);
        }
    }

    /// <inheritdoc/>
    public string Name => _port.Name;

    /// <inheritdoc/>
    public int MaxFifoTransfer => SpiAccess.MaxLength;

    /// <inheritdoc/>
    public TpmClock Clock => _port.Clock;

    /// <inheritdoc/>
    public bool HasInterruptLine => _interrupt is not null;

    /// <inheritdoc/>
    public void Read(TpmRegister register, byte locality, Span<byte> value) =>
        Run(Checked(new SpiAccess(register, locality, IsRead: true, value.Length)), default, value);

    /// <inheritdoc/>
    public void Write(TpmRegister register, byte locality, ReadOnlySpan<byte> value)
    {
        SpiAccess access = Checked(new SpiAccess(register, locality, IsRead: false, value.Length));
        if (_holds || access.IsStream || _mode == SpiWaitMode.None)
        {
            Run(access, value, default);
            return;
        }

        // Written whole, a register could arrive shifted and nothing could undo it; byte by byte it can't.
        for (int i = 0; i < value.Length; i++)
        {
            Run(access with { Register = register + (ushort)i, Length = 1 }, value.Slice(i, 1), default);
        }
    }

    /// <inheritdoc/>
    public bool WaitForInterrupt(TimeSpan time, CancellationToken cancellationToken) =>
        _interrupt is { } line
            ? line.WaitForFall(time, cancellationToken)
            : throw new InvalidOperationException($"{Name} has no interrupt line.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _port.Dispose();
        _interrupt?.Dispose();
    }

    void IQuirkBus.Heed(WireQuirks? quirks)
    {
        if (quirks != _quirks)
        {
            _quirks = quirks;
            _port = quirks is null ? _barePort : new PacedSpiPort(_barePort, quirks);
            _headerTellsReady = quirks is not { HeaderTellsReady: false } && _mode != SpiWaitMode.Always;
            Array.Clear(_waits);
        }
    }

    void IRawBus.ReadRaw(TpmRegister register, Span<byte> wire)
    {
        const int LastOfHeader = SpiAccess.HeaderSize - 1;
        int length = LastOfHeader + wire.Length;
        Span<byte> output = _output.AsSpan(0, length);
        output.Clear();
        new SpiAccess(register, 0, IsRead: true, sizeof(uint)).WriteHeader(output);
        _port.Exchange(output, _input.AsSpan(0, length), hold: false);
        _input.AsSpan(LastOfHeader, wire.Length).CopyTo(wire);
    }

    private static SpiAccess Checked(SpiAccess access)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(access.Length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(access.Length, SpiAccess.MaxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(access.Locality, 4);
        return access;
    }

    private void Run(SpiAccess access, ReadOnlySpan<byte> written, Span<byte> read)
    {
        ref SpiWaits waits = ref _waits[access.Slot];
        try
        {
            if (!_holds)
            {
                RunWhole(access, ref waits, written, read);
            }
            else if (!MayBeWhole(access, waits) || !TryWhole(access, ref waits, written, read))
            {
                RunHeld(access, ref waits, written, read);
            }
        }
        finally
        {
            // A command or a response can hold secrets.
            int used = SpiAccess.HeaderSize + MostPadding + access.Length;
            _output.AsSpan(0, used).Clear();
            _input.AsSpan(0, used).Clear();
        }
    }

    /// <summary>Whether a frame may go in one exchange although the chip could yet insert another number of wait bytes.</summary>
    private bool MayBeWhole(SpiAccess access, in SpiWaits waits)
    {
        const int Proof = 1, FifoProof = 4;
        return _mode == SpiWaitMode.Auto && (access.IsStream ? waits.AreSteady(FifoProof) : access.IsRepeatable && waits.AreSteady(Proof));
    }

    /// <summary>Sends a frame in one exchange, with the expected number of wait bytes.</summary>
    /// <returns>Whether the number was right; otherwise the access can be repeated.</returns>
    private bool TryWhole(SpiAccess access, ref SpiWaits waits, ReadOnlySpan<byte> written, Span<byte> read)
    {
        int expected = waits.Expected;
        int length = SpiAccess.HeaderSize + expected + access.Length;
        Span<byte> output = _output.AsSpan(0, length);
        Span<byte> input = _input.AsSpan(0, length);
        output.Clear();
        access.WriteHeader(output);
        written.CopyTo(output[(SpiAccess.HeaderSize + expected)..]);
        _port.Exchange(output, input, hold: false);
        int seen = CountWaits(input);

        // Reading on past a register's end is harmless, past the FIFO's it is not.
        if (seen == expected || (seen >= 0 && seen < expected && access.IsRead && !access.IsStream))
        {
            input.Slice(SpiAccess.HeaderSize + seen, read.Length).CopyTo(read);
            if (seen != expected)
            {
                waits.Surprise(seen);
            }

            waits.Saw(seen);
            _lastRead = access.IsRead && !access.IsStream ? seen : _lastRead;
            return true;
        }

        waits.Surprise(seen >= 0 ? seen : Math.Min(Math.Max(8, 4 * expected), MostPadding));
        return access.IsRepeatable && _mode != SpiWaitMode.None ? false : throw SpiBusError.Surprised(this, access, _mode, _holds, input, expected, seen);
    }

    /// <summary>The number of wait bytes in a frame; -1 where the chip never said ready.</summary>
    private int CountWaits(ReadOnlySpan<byte> input)
    {
        for (int i = _headerTellsReady ? SpiAccess.HeaderSize - 1 : SpiAccess.HeaderSize; i < input.Length; i++)
        {
            if ((input[i] & 1) != 0)
            {
                return i - (SpiAccess.HeaderSize - 1);
            }
        }

        return -1;
    }

    /// <summary>Frames in one exchange each, until the number of wait bytes is right.</summary>
    private void RunWhole(SpiAccess access, ref SpiWaits waits, ReadOnlySpan<byte> written, Span<byte> read)
    {
        waits.GuessOnce(_lastRead);
        var deadline = Deadline.After(Patience, Clock);
        for (int attempt = 1; !TryWhole(access, ref waits, written, read); attempt++)
        {
            if (attempt == MostAttempts || (attempt >= LeastAttempts && deadline.HasPassed))
            {
                int length = SpiAccess.HeaderSize + waits.Expected + access.Length;
                throw SpiBusError.NotMet(this, access, _input.AsSpan(0, length), attempt, deadline);
            }

            if (waits.Expected == MostPadding)
            {
                Clock.Wait(s_longestPause);
            }
        }
    }

    /// <summary>Header, wait bytes one at a time, then data, with chip select held from the first bit to the last.</summary>
    private void RunHeld(SpiAccess access, ref SpiWaits waits, ReadOnlySpan<byte> written, Span<byte> read)
    {
        var deadline = Deadline.After(Patience, Clock);
        Span<byte> output = _output.AsSpan(0, SpiAccess.HeaderSize);
        Span<byte> input = _input.AsSpan(0, SpiAccess.HeaderSize);
        int count = 0;
        try
        {
            access.WriteHeader(output);
            _port.Exchange(output, input, hold: true);
            bool ready = _headerTellsReady && (input[^1] & 1) != 0;
            byte seenBits = (byte)(input[0] | input[1] | input[2] | input[3]);
            for (TimeSpan pause = s_firstPause; !ready; count++)
            {
                if (count == MostPolls || (count >= LeastPolls && deadline.HasPassed))
                {
                    throw SpiBusError.NeverReady(this, access, input, count, seenBits, deadline);
                }

                if (count >= TightPolls)
                {
                    Clock.Wait(pause);
                    pause = pause < s_longestPause ? pause * 2 : pause;
                }

                _output[SpiAccess.HeaderSize] = 0;
                Span<byte> poll = _input.AsSpan(SpiAccess.HeaderSize, 1);
                _port.Exchange(_output.AsSpan(SpiAccess.HeaderSize, 1), poll, hold: true);
                ready = (poll[0] & 1) != 0;
                seenBits |= poll[0];
            }

            Span<byte> data = _output.AsSpan(0, access.Length);
            data.Clear();
            written.CopyTo(data);
            _port.Exchange(data, _input.AsSpan(0, access.Length), hold: false);
        }
        catch
        {
            _port.Deselect();
            throw;
        }

        _input.AsSpan(0, read.Length).CopyTo(read);
        waits.Saw(count);
    }

    private TimeSpan Patience => _headerTellsReady ? s_patience : s_patienceWhileWaking;
}

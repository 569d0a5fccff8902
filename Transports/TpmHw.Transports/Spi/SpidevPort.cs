using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Spi;

/// <summary>A SPI port by Linux's spidev.</summary>
/// <remarks>
/// Chip select stays asserted after a message whose last transfer has <c>cs_change</c> set, until the next message to
/// the same device. A message of somebody else on the same controller ends that, so the node is locked for this
/// process alone; other chip selects of the controller are best left alone while a TPM is in use. Where a controller
/// ignores <c>cs_change</c>, chip select can be put on a GPIO line (<see cref="LineSelectedSpiPort"/>).
/// </remarks>
public sealed class SpidevPort : ISpiPort
{
    /// <summary>The node of a TPM board on a Raspberry Pi's second chip select.</summary>
    public const string UsualPath = "/dev/spidev0.1";

    /// <summary>A clock rate that every TPM takes (PTP: 10 to 24 MHz), in hertz.</summary>
    public const int UsualClockHz = 10_000_000;

    private const byte BitsPerWord = 8;

    private readonly IControlFile _file;
    private readonly bool _selects;
    private readonly string _path;
    private readonly LinuxHost _host;
    private readonly byte[] _dummy = new byte[1];
    private bool _isSelected;

    internal SpidevPort(string path, IControlFile file, int clockHz, bool selects, LinuxHost host, TpmClock clock)
    {
        _path = path;
        _file = file;
        _selects = selects;
        _host = host;
        Clock = clock;
        SetMode();
        SetBits();
        ClockHz = SetClock(clockHz);
    }

    /// <inheritdoc/>
    public string Name => "spidev:" + _path;

    /// <inheritdoc/>
    public bool CanHoldChipSelect => true;

    /// <inheritdoc/>
    public int ClockHz { get; }

    /// <inheritdoc/>
    public TpmClock Clock { get; }

    /// <summary>Opens a node and sets it up: mode 0, 8 bits, the clock rate.</summary>
    /// <param name="path">The node, such as <c>/dev/spidev0.1</c>.</param>
    /// <param name="clockHz">The highest clock rate, in hertz.</param>
    /// <param name="chipSelect">An output line to use as chip select in place of the controller's own; owned by the port.</param>
    /// <exception cref="TpmTransportException">It can't be opened, somebody else has it, or the controller refuses a setting.</exception>
    public static ISpiPort Open(string path, int clockHz = UsualClockHz, IGpioLine? chipSelect = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(clockHz, 1);
        (SafeFileHandle file, Errno error) = Libc.OpenDevice(path);
        try
        {
            return file.IsInvalid ? throw SpidevError.NotOpened(path, error, Libc.Status(path), LinuxHost.Current)
                : !Libc.TryLock(file) ? throw SpidevError.Locked(path, LinuxHost.Current)
                : Open(path, new ControlFile(file), clockHz, chipSelect, LinuxHost.Current, TpmClock.System);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, output.Length);
        try
        {
            _isSelected = true;
            int moved = Transfer(output, input, hold);
            if (moved != output.Length)
            {
                throw SpidevError.Explain(_path, moved, output.Length, _host);
            }
        }
        catch
        {
            Release();
            throw;
        }

        _isSelected = hold;
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        if (_isSelected)
        {
            Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Deselect();
        _file.Dispose();
    }

    internal static ISpiPort Open(string path, IControlFile file, int clockHz, IGpioLine? chipSelect, LinuxHost host, TpmClock clock)
    {
        var port = new SpidevPort(path, file, clockHz, selects: chipSelect is null, host, clock);
        return chipSelect is null ? port : new LineSelectedSpiPort(port, chipSelect);
    }

    /// <summary>Releases chip select although the frame is not over. Whatever fails here, the first failure is the one to tell.</summary>
    private void Release()
    {
        _isSelected = false;
        if (_selects && Transfer([], [], hold: false) < 0)
        {
            // A message without bytes is enough for the kernel's own SPI core; a controller's driver may want one.
            Transfer(_dummy, _dummy, hold: false);
        }
    }

    /// <summary>One message of one transfer: one system call.</summary>
    /// <returns>The bytes moved, or minus the error number.</returns>
    private unsafe int Transfer(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        fixed (byte* from = output, to = input)
        {
            var transfer = new SpiTransfer
            {
                Output = (ulong)from,
                Input = (ulong)to,
                Length = (uint)output.Length,
                Speed = (uint)ClockHz,
                BitsPerWord = BitsPerWord,
                ChangeChipSelect = hold ? (byte)1 : (byte)0,
            };
            return _file.Control(SpidevAbi.Message1, MemoryMarshal.AsBytes(new Span<SpiTransfer>(ref transfer)));
        }
    }

    // The polarity of chip select is the device tree's business, and some kernels show it in the mode: it is kept.
    private void SetMode()
    {
        const SpiMode Kept = SpiMode.ChipSelectHigh;
        uint before = Get(SpidevAbi.ReadMode, "mode");
        uint wanted = (before & (uint)Kept) | (uint)(_selects ? SpiMode.None : SpiMode.NoChipSelect);
        Set(SpidevAbi.WriteMode, wanted, "mode");
        uint after = Get(SpidevAbi.ReadMode, "mode");
        if (((after ^ wanted) & ~(uint)Kept) != 0)
        {
            throw SpidevError.NotAsSet(_path, "mode", $"0x{wanted:X}", $"0x{after:X}");
        }
    }

    private void SetBits()
    {
        byte bits = BitsPerWord;
        Check(_file.Control(SpidevAbi.WriteBits, new Span<byte>(ref bits)), "word size");
        Check(_file.Control(SpidevAbi.ReadBits, new Span<byte>(ref bits)), "word size");
        if (bits is not (BitsPerWord or 0)) // 0 means 8
        {
            throw SpidevError.NotAsSet(_path, "word size", $"{BitsPerWord} bits", $"{bits} bits");
        }
    }

    /// <summary>Sets the clock rate and gives the one in force, which may be lower.</summary>
    private int SetClock(int hertz)
    {
        Set(SpidevAbi.WriteSpeed, (uint)hertz, "clock rate");
        uint after = Get(SpidevAbi.ReadSpeed, "clock rate");
        return after > 0 && after <= (uint)hertz ? (int)after : throw SpidevError.NotAsSet(_path, "clock rate", $"{hertz} Hz", $"{after} Hz");
    }

    private uint Get(uint request, string what)
    {
        uint value = 0;
        Check(_file.Control(request, MemoryMarshal.AsBytes(new Span<uint>(ref value))), what);
        return value;
    }

    private void Set(uint request, uint value, string what) => Check(_file.Control(request, MemoryMarshal.AsBytes(new Span<uint>(ref value))), what);

    private void Check(int result, string what)
    {
        if (result < 0)
        {
            throw SpidevError.Refused(_path, what, (Errno)(-result));
        }
    }
}

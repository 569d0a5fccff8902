using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.I2c;

/// <summary>An I2C port by Linux's i2c-dev.</summary>
/// <remarks>
/// Other chips of the bus can be used meanwhile, by whomever. The TPM's own address is locked against other programs that
/// drive TPMs in this way, and the kernel sees to it that none of its drivers has it.
/// </remarks>
public sealed class I2cdevPort : II2cPort
{
    /// <summary>The node of the bus on a Raspberry Pi's header.</summary>
    public const string UsualPath = "/dev/i2c-1";

    // What SMBus has: a block of 32 bytes and the register's.
    private const int ShortMessage = 33;

    private readonly IControlFile _file;
    private readonly string _path;
    private readonly byte _address;

    internal I2cdevPort(string path, byte address, IControlFile file, LinuxHost host, TpmClock clock)
    {
        _path = path;
        _address = address;
        _file = file;
        Clock = clock;
        nuint functions = 0;
        if (_file.Control(I2cdevAbi.Functions, MemoryMarshal.AsBytes(new Span<nuint>(ref functions))) is < 0 and var refused)
        {
            throw I2cdevError.NoBus(path, (Errno)(-refused));
        }

        if ((functions & I2cdevAbi.PlainI2c) == 0)
        {
            throw I2cdevError.NoMessages(path, functions);
        }

        if (_file.Control(I2cdevAbi.Slave, address) is < 0 and var error)
        {
            throw I2cdevError.NotClaimed(path, address, (Errno)(-error), host);
        }
    }

    /// <inheritdoc/>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"i2cdev:{_path} at 0x{_address:X2}");

    /// <inheritdoc/>
    public TpmClock Clock { get; }

    /// <summary>The most bytes of one message. It falls when a controller turns out to take less than the kernel.</summary>
    public int MaxTransfer { get; private set; } = I2cdevAbi.LongestMessage;

    /// <summary>Whether <see cref="WriteRead"/> works. It no longer does once a controller has refused it.</summary>
    public bool CanCombine { get; private set; } = true;

    /// <summary>Opens a bus for the chip at an address.</summary>
    /// <param name="path">The bus's node, such as <c>/dev/i2c-1</c>.</param>
    /// <param name="address">The chip's address, of seven bits.</param>
    /// <exception cref="TpmTransportException">It can't be opened, somebody else has the chip, or the controller is of no use.</exception>
    public static I2cdevPort Open(string path, byte address)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, (byte)0x7F);
        (SafeFileHandle file, Errno error) = Libc.OpenDevice(path);
        try
        {
            return file.IsInvalid ? throw I2cdevError.NotOpened(path, error, Libc.Status(path), LinuxHost.Current)
                : !Libc.TryLock(file, address) ? throw I2cdevError.Locked(path, address, LinuxHost.Current)
                : new I2cdevPort(path, address, new ControlFile(file), LinuxHost.Current, TpmClock.System);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes) => Transfer(bytes, default);

    /// <inheritdoc/>
    public bool Read(Span<byte> bytes) => Transfer(default, bytes);

    /// <inheritdoc/>
    public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read) => Transfer(written, read);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>One message, or two with a repeated start between them: one system call.</summary>
    private unsafe bool Transfer(ReadOnlySpan<byte> written, Span<byte> read)
    {
        fixed (byte* output = written, input = read)
        {
            I2cMessage* messages = stackalloc I2cMessage[2];
            var set = new I2cMessages { First = (nint)messages };
            if (!written.IsEmpty)
            {
                messages[set.Count++] = new I2cMessage { Address = _address, Length = (ushort)written.Length, Data = (nint)output };
            }

            if (!read.IsEmpty)
            {
                messages[set.Count++] = new I2cMessage { Address = _address, Flags = I2cMessage.Read, Length = (ushort)read.Length, Data = (nint)input };
            }

            int result = _file.Control(I2cdevAbi.Transfer, MemoryMarshal.AsBytes(new Span<I2cMessages>(ref set)));
            return result == set.Count || (IsNotAcknowledged((Errno)(-result)) ? false : throw Failed(result, (int)set.Count, written.Length, read.Length));
        }
    }

    /// <summary>Controllers differ in what they call it (Documentation/i2c/fault-codes); EAGAIN is an arbitration that was lost.</summary>
    internal static bool IsNotAcknowledged(Errno error) => error is Errno.ENXIO or Errno.EREMOTEIO or Errno.EIO or Errno.EAGAIN;

    private TpmTransportException Failed(int result, int count, int written, int read)
    {
        if (result != -(int)Errno.EOPNOTSUPP)
        {
            return I2cdevError.Explain(_path, result, count);
        }

        // The kernel knows what the controller can't do, and has sent nothing: the caller can try it in another way.
        if (Math.Max(written, read) > ShortMessage)
        {
            MaxTransfer = ShortMessage;
        }
        else if (count > 1)
        {
            CanCombine = false;
        }

        return I2cdevError.Refused(_path, written, read);
    }
}

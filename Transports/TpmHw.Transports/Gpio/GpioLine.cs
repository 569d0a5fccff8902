using Microsoft.Win32.SafeHandles;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Gpio;

/// <summary>A line of a GPIO chip of Linux, by the character device (kernel 5.10 or later).</summary>
public sealed class GpioLine : IGpioLine
{
    private const string Consumer = "tpmhw";

    private readonly IControlFile _line;
    private readonly TpmClock _clock;
    private readonly byte[] _events = new byte[16 * GpioAbi.EventSize]; // the kernel keeps as many for one line

    private GpioLine(string name, IControlFile line, TpmClock clock)
    {
        Name = name;
        _line = line;
        _clock = clock;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Level
    {
        get
        {
            var values = new GpioValues { Mask = 1 };
            Check(_line.Control(GpioAbi.GetValues, GpioAbi.Bytes(ref values)));
            return (values.Bits & 1) != 0;
        }

        set
        {
            var values = new GpioValues { Mask = 1, Bits = value ? 1u : 0 };
            Check(_line.Control(GpioAbi.SetValues, GpioAbi.Bytes(ref values)));
        }
    }

    /// <summary>Takes a line of this machine.</summary>
    /// <param name="name"><c>gpiochip0/24</c>, <c>/dev/gpiochip0/24</c>, or the name that the board gives the line, such as <c>GPIO24</c>.</param>
    /// <param name="direction">What it is to be.</param>
    /// <exception cref="TpmTransportException">There is no such line, this user may not open the chip, or somebody else has the line.</exception>
    public static GpioLine Open(string name, GpioDirection direction)
    {
        ArgumentNullException.ThrowIfNull(name);
        GpioAddress address = GpioAddress.Parse(name, OpenChip, LinuxHost.Current);
        using IControlFile chip = OpenChip(address.Chip);
        return Request(chip, address, direction, TpmClock.System);
    }

    /// <inheritdoc/>
    public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(time, _clock);
        using CancellationTokenRegistration registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static line => ((IControlFile)line!).Wake(), _line)
            : default;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                DeviceEvents events = _line.Wait(deadline.RemainingMilliseconds);
                if ((events & DeviceEvents.Readable) != 0)
                {
                    // Everything that is queued: the edges of one wait are one interrupt.
                    Check(_line.Read(_events));
                    return true;
                }

                if ((events & DeviceEvents.Gone) != 0)
                {
                    throw GpioError.Explain(Name, Errno.ENODEV);
                }

                if (deadline.HasPassed)
                {
                    return false;
                }
            }
        }
        finally
        {
            _line.ClearWake();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    internal static GpioLine Request(IControlFile chip, GpioAddress address, GpioDirection direction, TpmClock clock)
    {
        bool output = direction == GpioDirection.OutputHigh;
        var request = new GpioLineRequest
        {
            Offset = address.Line,
            Lines = 1,
            Consumer = GpioName.Of(Consumer),
            Flags = output ? GpioFlags.Output : GpioFlags.Input | GpioFlags.EdgeFalling | GpioFlags.PullUp,
            Attributes = output ? 1u : 0,
            AttributeId = output ? GpioAbi.OutputValues : 0,
            AttributeValues = output ? 1u : 0,
            AttributeMask = output ? 1u : 0,
        };
        int result = chip.Control(GpioAbi.GetLine, GpioAbi.Bytes(ref request));
        if (!output && result is -(int)Errno.EINVAL or -(int)Errno.EOPNOTSUPP)
        {
            // A chip without pull-ups: the board then has one, as PIRQ# needs.
            request.Flags &= ~GpioFlags.PullUp;
            result = chip.Control(GpioAbi.GetLine, GpioAbi.Bytes(ref request));
        }

        return result >= 0
            ? new GpioLine(address.ToString(), chip.Adopt(request.File), clock)
            : throw (result == -(int)Errno.EBUSY ? GpioError.Taken(address, InfoOf(chip, address.Line)) : GpioError.Explain(address.ToString(), (Errno)(-result)));
    }

    internal static GpioLineInfo InfoOf(IControlFile chip, uint line)
    {
        var info = new GpioLineInfo { Offset = line };
        return chip.Control(GpioAbi.GetLineInfo, GpioAbi.Bytes(ref info)) >= 0 ? info : default;
    }

    private static ControlFile OpenChip(string path)
    {
        (SafeFileHandle file, Errno error) = Libc.OpenDevice(path);
        if (!file.IsInvalid)
        {
            return new ControlFile(file);
        }

        file.Dispose();
        throw GpioError.NotOpened(path, error, LinuxHost.Current, Libc.Status(path));
    }

    private void Check(int result)
    {
        if (result < 0)
        {
            throw GpioError.Explain(Name, (Errno)(-result));
        }
    }
}

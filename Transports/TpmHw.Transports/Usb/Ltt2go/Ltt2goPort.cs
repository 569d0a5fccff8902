using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Usb;

/// <summary>
/// The SPI port of a LetsTrust-TPM2Go: a Cypress USB-Serial bridge with an Infineon SLB967x behind it.
/// </summary>
/// <remarks>
/// A frame is a control request that tells its length, the bytes out over one bulk endpoint, and as many in over the
/// other. The bridge asserts chip select for just these bytes and can't hold it, so that there is no time for wait
/// states; the TPM of the stick inserts none, and <see cref="SpiRegisterBus"/> checks that in every frame.
/// </remarks>
public sealed class Ltt2goPort : ISpiPort
{
    /// <summary>idVendor of the sticks (pi3g).</summary>
    public const ushort Vendor = 0x365D;

    /// <summary>idProduct of the sticks.</summary>
    public const ushort Product = 0x1337;

    /// <summary>The interface of the bridge.</summary>
    public const int Interface = 0;

    private const byte BulkOut = 0x01, BulkIn = 0x82;

    // The bridge's requests carry no data, and so no direction; this type is the one that sticks are known to take.
    private const byte VendorRequest = 0xC0;
    private const byte SpiTransfer = 0xCA, SpiReset = 0xCB, GpioSet = 0xDB;
    private const ushort BothDirections = 3;

    // What is given to each transfer by tpm2-tss (SPI) and by the vendor's tool (GPIO).
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_gpioPatience = TimeSpan.FromSeconds(5);

    // A bridge that has bytes left sends them in the next frame of the bus, which is a millisecond long.
    private static readonly TimeSpan s_drainPatience = TimeSpan.FromMilliseconds(20);
    private const int PacketSize = 64, MostDrains = 16;

    // Reads in a row that bring nothing (tpm2-tss has as many).
    private const int MostFutileReads = 6;

    private readonly IUsbPort _usb;
    private bool _isDirty;

    /// <summary>Takes over a stick whose <see cref="Interface"/> is claimed.</summary>
    public Ltt2goPort(IUsbPort usb)
    {
        ArgumentNullException.ThrowIfNull(usb);
        _usb = usb;
        Name = Ltt2goTransport.Kind + (usb.Device.Serial is { } serial ? ":" + serial : "");
        ResetLine = new Reset(this);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool CanHoldChipSelect => false;

    /// <summary>The bridge's highest clock rate; which one the stick is set to, it alone knows.</summary>
    public int ClockHz => 3_000_000;

    /// <inheritdoc/>
    public TpmClock Clock => _usb.Clock;

    /// <summary>The TPM's reset line, on GPIO 8 of the bridge. It lives as long as the port.</summary>
    public IGpioLine ResetLine { get; }

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, output.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, ushort.MaxValue);
        if (hold)
        {
            throw new NotSupportedException($"{Name} can't hold chip select.");
        }

        if (output.IsEmpty)
        {
            return;
        }

        try
        {
            if (_isDirty)
            {
                Recover();
            }

            _isDirty = true;
            Send(output);
            Receive(input);
            _isDirty = false;
        }
        catch (TpmTransportException e) when (e.Fault == TpmFault.Disconnected)
        {
            throw Ltt2goError.Unplugged(Name, e);
        }
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        // Chip select is never held.
    }

    /// <inheritdoc/>
    public void Dispose() => _usb.Dispose();

    /// <summary>The frame's length and its bytes. As long as none of them has gone out, the chip has seen nothing, and it can be sent again.</summary>
    private void Send(ReadOnlySpan<byte> output)
    {
        (string step, UsbOutcome outcome, int sent) = TrySend(output);
        if (outcome != UsbOutcome.Done && sent == 0)
        {
            Recover();
            (step, outcome, sent) = TrySend(output);
        }

        if (outcome != UsbOutcome.Done)
        {
            throw Ltt2goError.Failed(Name, step, outcome, sent, output.Length);
        }
    }

    private (string Step, UsbOutcome Outcome, int Sent) TrySend(ReadOnlySpan<byte> output)
    {
        UsbOutcome outcome = Request(SpiTransfer, BothDirections, (ushort)output.Length, s_patience);
        if (outcome != UsbOutcome.Done)
        {
            return ("SPI transfer request (0xCA)", outcome, 0);
        }

        outcome = _usb.Write(BulkOut, output, s_patience, out int sent);
        return ("bulk write (endpoint 0x01)", outcome, sent);
    }

    private void Receive(Span<byte> input)
    {
        int futile = 0;
        for (int received = 0; received < input.Length;)
        {
            UsbOutcome outcome = _usb.Read(BulkIn, input[received..], s_patience, out int count);
            received += count;
            futile = count > 0 ? 0 : futile + 1;
            if ((outcome == UsbOutcome.TimedOut && received < input.Length) || futile == MostFutileReads)
            {
                throw Ltt2goError.Failed(Name, "bulk read (endpoint 0x82)", outcome, received, input.Length);
            }

            if (outcome == UsbOutcome.Stalled)
            {
                _usb.ClearHalt(BulkIn);
            }
        }
    }

    /// <summary>Brings the bridge back to where it waits for a frame: it forgets the one that it is in, and what it has left of it.</summary>
    private void Recover()
    {
        UsbOutcome outcome = Request(SpiReset, 0, 0, s_patience);
        if (outcome != UsbOutcome.Done)
        {
            throw Ltt2goError.Failed(Name, "SPI reset request (0xCB)", outcome, 0, 0);
        }

        _usb.ClearHalt(BulkOut);
        _usb.ClearHalt(BulkIn);
        Span<byte> rest = stackalloc byte[PacketSize];
        for (int i = 0; i < MostDrains && _usb.Read(BulkIn, rest, s_drainPatience, out int count) == UsbOutcome.Done && count > 0; i++)
        {
        }

        rest.Clear();
        _isDirty = false;
    }

    private UsbOutcome Request(byte request, ushort value, ushort index, TimeSpan patience) =>
        _usb.Control(new UsbSetup(VendorRequest, request, value, index), default, patience, out _);

    private sealed class Reset(Ltt2goPort port) : IGpioLine
    {
        private const ushort Number = 8;

        private bool _level = true;

        public string Name => port.Name + " GPIO 8";

        public bool Level
        {
            get => _level;
            set
            {
                try
                {
                    UsbOutcome outcome = port.Request(GpioSet, Number, value ? (ushort)1 : (ushort)0, s_gpioPatience);
                    _level = outcome == UsbOutcome.Done ? value : throw Ltt2goError.Failed(port.Name, "GPIO request (0xDB)", outcome, 0, 0);
                }
                catch (TpmTransportException e) when (e.Fault == TpmFault.Disconnected)
                {
                    throw Ltt2goError.Unplugged(port.Name, e);
                }
            }
        }

        public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken) => throw new NotSupportedException($"{Name} is an output.");

        public void Dispose()
        {
            // It goes with the port.
        }
    }
}

using System.Text;
using TpmHw.Simulation;
using TpmHw.Transports.Usb;

namespace TpmHw.Rig;

/// <summary>A modelled USB device: the standard requests (USB 2.0, 9.4) here, everything else by the model.</summary>
internal sealed class UsbEnd : IDisposable
{
    private const byte ToDevice = 0x00, ToInterface = 0x01, ToEndpoint = 0x02, FromDevice = 0x80;
    private const byte ClearFeature = 1, GetStatus = 0, GetDescriptor = 6, SetConfiguration = 9, SetInterface = 11;
    private const int DeviceDescriptor = 1, ConfigurationDescriptor = 2, StringDescriptor = 3;

    // Of the stick, whose model has none: one configuration with one interface of the vendor's own kind, a bulk endpoint out and one in.
    private static readonly byte[] s_stick =
    [
        9, 2, 32, 0, 1, 1, 0, 0x80, 50,
        9, 4, 0, 0, 2, 0xFF, 0, 0, 0,
        7, 5, 0x01, 2, 64, 0, 0,
        7, 5, 0x82, 2, 64, 0, 0,
    ];

    private readonly ModelChip _chip;
    private readonly IUsbPort _port;
    private readonly string[] _strings;

    /// <param name="kind">ltt2go, ftdi-spi or ftdi-i2c.</param>
    /// <param name="profile">The chip behind it.</param>
    public UsbEnd(string kind, string profile)
    {
        _chip = new ModelChip(profile);
        FifoModel chip = _chip.Fifo ?? throw new ArgumentException($"{profile} has no FIFO.");
        UsbModelBus bus = kind switch
        {
            "ltt2go" => UsbModelBus.WithLtt2go(chip),
            "ftdi-spi" => UsbModelBus.WithFtdiSpi(chip),
            "ftdi-i2c" => UsbModelBus.WithFtdiI2c(chip),
            _ => throw new ArgumentException($"There is no device '{kind}'."),
        };
        UsbDeviceInfo info = bus.List()[0];
        _port = bus.Open(info, interfaceNumber: 0);
        IsHighSpeed = kind != "ltt2go";
        _strings = ["", IsHighSpeed ? "FTDI" : "pi3g", info.Name!, info.Serial!];
    }

    public bool IsHighSpeed { get; }

    /// <summary>A control transfer.</summary>
    /// <returns>Bytes of data that were moved; -1 where it is stalled.</returns>
    public int Control(UsbSetup setup, Span<byte> data)
    {
        _chip.CatchUp();
        switch (setup.RequestType, setup.Request)
        {
            case (FromDevice, GetDescriptor):
                return Descriptor(setup.Value >> 8, setup.Value & 0xFF) is { } descriptor ? Give(descriptor, data) : -1;
            case (FromDevice, GetStatus):
                return Give([0, 0], data);
            case (ToDevice, SetConfiguration) or (ToInterface, SetInterface):
                return 0;
            case (ToEndpoint, ClearFeature):
                _port.ClearHalt((byte)setup.Index);
                return 0;
            default:
                return _port.Control(setup, data, TimeSpan.Zero, out int moved) == UsbOutcome.Done ? moved : -1;
        }
    }

    /// <summary>A bulk transfer to the device.</summary>
    public UsbOutcome Write(byte endpoint, ReadOnlySpan<byte> data, out int moved)
    {
        _chip.CatchUp();
        return _port.Write(endpoint, data, TimeSpan.Zero, out moved);
    }

    /// <summary>A bulk transfer from the device.</summary>
    public UsbOutcome Read(byte endpoint, Span<byte> room, out int moved)
    {
        _chip.CatchUp();
        return _port.Read(endpoint, room, TimeSpan.Zero, out moved);
    }

    /// <summary>What the model has against its driver: null for TpmHw's.</summary>
    public int Report(string? driver) => _chip.Report(driver);

    public void Dispose()
    {
        _port.Dispose();
        _chip.Dispose();
    }

    private byte[]? Descriptor(int kind, int index) => kind switch
    {
        DeviceDescriptor when !IsHighSpeed =>
        [
            18, 1, 0, 2, 0, 0, 0, 64,
            (byte)_port.Device.Vendor, (byte)(_port.Device.Vendor >> 8), (byte)_port.Device.Product, (byte)(_port.Device.Product >> 8), 0, 1, 1, 2, 3, 1,
        ],
        ConfigurationDescriptor when !IsHighSpeed => s_stick,
        DeviceDescriptor or ConfigurationDescriptor => OwnDescriptor(kind),
        StringDescriptor when index == 0 => [4, 3, 0x09, 0x04],
        StringDescriptor when index < _strings.Length => [(byte)(2 + (2 * _strings[index].Length)), 3, .. Encoding.Unicode.GetBytes(_strings[index])],
        _ => null,
    };

    private byte[]? OwnDescriptor(int kind)
    {
        byte[] descriptor = new byte[byte.MaxValue];
        UsbOutcome outcome = _port.Control(new UsbSetup(FromDevice, GetDescriptor, (ushort)(kind << 8), 0), descriptor, TimeSpan.Zero, out int length);
        return outcome == UsbOutcome.Done ? descriptor[..length] : null;
    }

    private static int Give(ReadOnlySpan<byte> answer, Span<byte> room)
    {
        int length = Math.Min(answer.Length, room.Length);
        answer[..length].CopyTo(room);
        return length;
    }
}

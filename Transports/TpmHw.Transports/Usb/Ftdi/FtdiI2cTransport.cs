using TpmHw.Transport;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Usb;

/// <summary>A TPM on the I2C lines of an FTDI bridge: <c>i2c-ftdi</c>.</summary>
public static class FtdiI2cTransport
{
    internal const string Kind = "i2c-ftdi";

    // Standard mode, which every TPM and every pull-up takes; and fast mode plus, beyond which there is no TPM.
    private const int UsualClockHz = 100_000, MostHz = 1_000_000;

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = Kind,
        Summary = "a TPM on the I2C lines of an FTDI bridge (FT232H, FT2232H, FT4232H)",
        Example = "i2c-ftdi:serial=FT4ABCDE,address=0x2e,reset=gpiol0",
        Platforms = ["Linux"],
        Options =
        [
            FtdiSettings.Serial,
            FtdiSettings.Channel,
            FtdiSettings.ClockRate(UsualClockHz),
            I2cdevTransport.Address,
            I2cdevTransport.Chip,
            FtdiSettings.Reset,
            FtdiSettings.Interrupt,
            RegisterSettings.Verify,
            RegisterSettings.Seize,
            RegisterSettings.Timeout,
        ],
        Open = static settings => Open(
            UsbfsBus.Current,
            FtdiSettings.Read(settings),
            I2cdevTransport.ChipOf(settings),
            I2cdevTransport.AddressOf(Descriptor!, settings),
            Kind,
            settings.ConnectionString,
            RegisterSettings.Read(settings),
            settings.Wire),
    };

    /// <summary>Opens the TPM behind a bridge.</summary>
    /// <param name="bus">The USB devices to look for the bridge among.</param>
    /// <param name="bridge">Which one, and its lines; null for the only one, without any.</param>
    /// <param name="chip">Which chip it is.</param>
    /// <param name="address">Its address; null for the chip's usual one.</param>
    /// <param name="kind">The transport's name in a connection string.</param>
    /// <param name="name">The connection string as the user wrote it.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <param name="wire">Sees the I2C messages, from the driver's first one on; null for nobody.</param>
    /// <exception cref="TpmTransportException">There is no such bridge, or several; it can't be opened; another program has it; its TPM does not answer.</exception>
    public static ITpmTransport Open(
        IUsbBus bus,
        FtdiOptions? bridge = null,
        I2cChip chip = I2cChip.Auto,
        byte? address = null,
        string kind = Kind,
        string name = Kind,
        RegisterTransportOptions? options = null,
        WireObserver? wire = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bridge ??= new FtdiOptions();
        MpsseClock clock = FtdiSettings.Clock(bridge, name, UsualClockHz, MostHz, hasThreePhases: true);
        var port = new FtdiI2cPort(new FtdiBridge(FtdiSettings.Open(bus, bridge, Kind, name), bridge.Channel, Kind, clock), address ?? I2cTransport.UsualAddress(chip));
        try
        {
            (FtdiLine? reset, FtdiLine? interrupt) = FtdiSettings.Lines(port.Bridge, bridge, name);
            return FtdiSettings.WithReset(I2cTransport.Open(port, chip, kind, name, interrupt, options, wire), reset, port.Bridge);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }
}

using TpmHw.Transport;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Usb;

/// <summary>A TPM on the SPI lines of an FTDI bridge: <c>spi-ftdi</c>.</summary>
public static class FtdiSpiTransport
{
    internal const string Kind = "spi-ftdi";

    // What every TPM takes (PTP: 10 to 24 MHz), over wires as long as breakout boards have them.
    private const int UsualClockHz = 10_000_000;

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = Kind,
        Summary = "a TPM on the SPI lines of an FTDI bridge (FT232H, FT2232H, FT4232H)",
        Example = "spi-ftdi:serial=FT4ABCDE,reset=gpiol0",
        Platforms = ["Linux"],
        Options =
        [
            FtdiSettings.Serial,
            FtdiSettings.Channel,
            FtdiSettings.ClockRate(UsualClockHz),
            FtdiSettings.ChipSelect,
            FtdiSettings.Reset,
            FtdiSettings.Interrupt,
            SpidevTransport.Wait,
            RegisterSettings.Verify,
            RegisterSettings.Seize,
            RegisterSettings.Timeout,
        ],
        Open = static settings => Open(
            UsbfsBus.Current, FtdiSettings.Read(settings), SpidevTransport.WaitMode(settings), Kind, settings.ConnectionString, RegisterSettings.Read(settings), settings.Wire),
        FindUnasked = static () => Bridges(UsbfsBus.Current),
    };

    internal static IEnumerable<(string ConnectionString, string Why)> Bridges(IUsbBus bus) => FtdiSettings.Bridges(bus).Select(static b => (
        $"{Kind}:serial={FtdiError.Place(b)}",
        $"{b.Name ?? "An FTDI bridge"} at {b.Location} may have a TPM on its lines, or something else: a program has to name it, here or as {FtdiI2cTransport.Kind}:."));

    /// <summary>Opens the TPM behind a bridge.</summary>
    /// <param name="bus">The USB devices to look for the bridge among.</param>
    /// <param name="bridge">Which one, and its lines; null for the only one, without any.</param>
    /// <param name="waitMode">How wait states are handled.</param>
    /// <param name="kind">The transport's name in a connection string.</param>
    /// <param name="name">The connection string as the user wrote it.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <param name="wire">Sees the SPI frames; null for nobody.</param>
    /// <exception cref="TpmTransportException">There is no such bridge, or several; it can't be opened; another program has it; its TPM does not answer.</exception>
    public static ITpmTransport Open(
        IUsbBus bus,
        FtdiOptions? bridge = null,
        SpiWaitMode waitMode = SpiWaitMode.Auto,
        string kind = Kind,
        string name = Kind,
        RegisterTransportOptions? options = null,
        WireObserver? wire = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bridge ??= new FtdiOptions();
        MpsseClock clock = FtdiSettings.Clock(bridge, name, UsualClockHz, MpsseClock.MostHz, hasThreePhases: false);
        FtdiPin chipSelect = FtdiSettings.Pin(bridge.ChipSelect, name)!.Value;
        var port = new FtdiSpiPort(new FtdiBridge(FtdiSettings.Open(bus, bridge, Kind, name), bridge.Channel, Kind, clock), chipSelect);
        try
        {
            (FtdiLine? reset, FtdiLine? interrupt) = FtdiSettings.Lines(port.Bridge, bridge, name, chipSelect);
            var registers = new SpiRegisterBus(wire is null ? port : new ObservedSpiPort(port, wire), waitMode, interrupt);
            return FtdiSettings.WithReset(RegisterTransport.Open(registers, kind, name, options), reset, port.Bridge);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }
}

using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Mmio;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Registers.Crb;
using TpmHw.Transports.Spi;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary>A modelled TPM and the driver in front of it, as a connection string puts them together.</summary>
public sealed class SimulatedTpm : ITpmTransportWrapper
{
    private static readonly SimulatedBus[] s_buses =
    [
        SpiSimulation.Bus,
        MemorySimulation.Fifo,
        MemorySimulation.Crb,
        I2cSimulation.Bus,
        Ltt2goSimulation.Bus,
        FtdiSimulation.Spi,
        FtdiSimulation.I2c,
    ];

    private readonly Func<ITpmTransport>? _reopen;

    internal SimulatedTpm(ITpmTransport driver, TpmModel model, Func<ITpmTransport>? reopen = null)
    {
        Inner = driver;
        Model = model;
        _reopen = reopen;
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "sim",
        Summary = "a model of a TPM chip, registers and wires, with this library's driver in front of it",
        Example = "sim:spi,profile=slb9670",
        Options =
        [
            new("bus", "the bus that the chip is on", TransportOptionKind.Choice, s_buses[0].Name) { Choices = [.. s_buses.Select(static b => b.Name)], IsPositional = true },
            new("profile", "the chip: " + string.Join("; ", s_buses.Select(static b => $"on {b.Name} {string.Join(", ", b.Profiles)}"))),
            new("wait", "wait bytes on every SPI access, 0 to 255; without it, as the chip does", TransportOptionKind.Number),
            new("burst", "burstCount, 1 to 1024; without it, the chip's", TransportOptionKind.Number),
            new("static", "whether the chip says that burstCount never changes; without it, as the chip does", TransportOptionKind.Flag),
            new("hz", "clock rate of the wire in hertz; without it, the bus's usual one", TransportOptionKind.Number),
            new("hold", "whether the SPI port can hold chip select", TransportOptionKind.Flag, "yes"),
            new("irq", "what the driver's interrupt line is on: nothing, the chip's pin, or that in a wrong way", TransportOptionKind.Choice, "no") { Choices = [.. FifoSimulation.Wirings.Select(static w => w.Name)] },
            RegisterSettings.Verify,
            RegisterSettings.Seize,
            new("execute", "time that each command takes, in microseconds of the model's clock", TransportOptionKind.Number, "0"),
            new("fault", "what goes wrong: kind[:value][@phase][*accesses], several with a plus between them"),
            new("tpm", "connection string of the TPM that executes the commands", Default: "libtpms"),
            new("version", "family of the TPM; without it, the chip's", TransportOptionKind.Choice) { Choices = ["2.0", "1.2"] },
        ],
        Open = static settings => Array.Find(s_buses, b => b.Name == settings.Text("bus"))!.Open(settings),
    };

    /// <inheritdoc/>
    public ITpmTransport Inner { get; private set; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    /// <summary>The chip.</summary>
    public TpmModel Model { get; }

    /// <summary>The SPI port that it is on, a stick's own too; null where it is on another bus.</summary>
    public SpiModelPort? SpiPort { get; private init; }

    /// <summary>The I2C port that it is on; null where it is on another bus.</summary>
    public I2cModelPort? I2cPort { get; private init; }

    /// <summary>The USB host that it is plugged into; null where it is on another bus.</summary>
    public UsbModelBus? UsbBus { get; private init; }

    /// <summary>Puts a driver in front of a modelled chip on SPI.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="settings">The controller; null for the usual one.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="wire">Sees the frames, from the driver's first one on; null for nobody.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <exception cref="TpmTransportException">The driver can't use the chip, which has faults. The model has been disposed.</exception>
    public static SimulatedTpm OnSpi(
        FifoModel model, SpiModelSettings? settings = null, string name = "sim:spi", WireObserver? wire = null, RegisterTransportOptions? options = null)
    {
        var port = new SpiModelPort(model, settings);
        InterruptPin? interrupt = settings is { Interrupt: not InterruptWiring.None } ? new InterruptPin(model, settings.Interrupt) : null;
        var bus = new SpiRegisterBus(wire is null ? port : new ObservedSpiPort(port, wire), interruptLine: interrupt);
        ITpmTransport driver = RegisterTransport.Open(bus, Descriptor.Name, name, options);
        return new SimulatedTpm(new ResetLineTransport(driver, new ResetPin(model), model.Clock), model) { SpiPort = port };
    }

    /// <summary>Puts a driver in front of a modelled chip on I2C.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="settings">The controller; null for one at 100 kHz.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="wire">Sees the messages, from the driver's first one on; null for nobody.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <exception cref="TpmTransportException">The driver can't use the chip, which has faults. The model has been disposed.</exception>
    public static SimulatedTpm OnI2c(
        FifoModel model, I2cModelSettings? settings = null, string name = "sim:i2c", WireObserver? wire = null, RegisterTransportOptions? options = null)
    {
        var port = new I2cModelPort(model, settings);
        I2cChip chip = ChipOf(model);
        IGpioLine? line = settings is { Interrupt: not InterruptWiring.None } && chip == I2cChip.Ptp ? new InterruptPin(model, settings.Interrupt) : port.ReadyLine;
        ITpmTransport driver = I2cTransport.Open(port, chip, Descriptor.Name, name, line, options, wire);
        return new SimulatedTpm(new ResetLineTransport(driver, new ResetPin(model), model.Clock), model) { I2cPort = port };
    }

    /// <summary>Puts a driver in front of a modelled AT97SC3204T, which has no registers.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="settings">The controller; null for one at 100 kHz.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="wire">Sees the messages, from the driver's first one on; null for nobody.</param>
    /// <exception cref="TpmTransportException">The driver can't use the chip, which has faults. The model has been disposed.</exception>
    public static SimulatedTpm OnI2c(AtmelModel model, I2cModelSettings? settings = null, string name = "sim:i2c", WireObserver? wire = null)
    {
        var port = new I2cModelPort(model, settings);
        return new SimulatedTpm(I2cTransport.Open(port, I2cChip.Atmel, Descriptor.Name, name, wire: wire), model) { I2cPort = port };
    }

    /// <summary>Puts a driver in front of a modelled chip whose FIFO is in memory.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="settings">The bus; null for LPC.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <exception cref="TpmTransportException">The driver can't use the chip, which has faults. The model has been disposed.</exception>
    public static SimulatedTpm OnMemory(FifoModel model, MmioModelSettings? settings = null, string name = "sim:mmio-fifo", RegisterTransportOptions? options = null) =>
        new(InFrontOf(model, () => MmioTransport.Open(
            FifoModelRegion.UsualAddress,
            (address, length) => new FifoModelRegion(model, settings, address, length),
            Descriptor.Name,
            name,
            options)), model);

    /// <summary>Puts a driver in front of a modelled TPM with a command response buffer.</summary>
    /// <param name="model">The TPM.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <exception cref="TpmTransportException">The driver can't use the TPM, which has faults. The model has been disposed.</exception>
    public static SimulatedTpm OnCrb(CrbModel model, string name = "sim:mmio-crb", RegisterTransportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        CrbArea area = model.Profile.Area;
        return new SimulatedTpm(InFrontOf(model, () => area.HasLocalities
            ? MmioTransport.Open(model.Profile.Address, model.Map, Descriptor.Name, name, options)
            : CrbDriver.Open(name, area, model.Map, options, Descriptor.Name)), model); // without TPM_INTERFACE_ID, as the ACPI table says
    }

    /// <summary>Puts a driver in front of a modelled LetsTrust-TPM2Go.</summary>
    /// <param name="model">The chip on the stick.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="wire">Sees the SPI frames, from the driver's first one on; null for nobody.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <exception cref="TpmTransportException">The driver can't use the stick, which has faults. The model has been disposed.</exception>
    public static SimulatedTpm OnLtt2go(FifoModel model, string name = "sim:ltt2go", WireObserver? wire = null, RegisterTransportOptions? options = null)
    {
        var port = new SpiModelPort(model, Ltt2goModel.Spi);
        UsbModelBus bus = UsbModelBus.WithLtt2go(model, port);
        ITpmTransport Open() => Ltt2goTransport.Open(bus, kind: Descriptor.Name, name: name, options: options, wire: wire);
        return new SimulatedTpm(InFrontOf(model, Open), model, Open) { SpiPort = port, UsbBus = bus };
    }

    /// <summary>Puts a driver in front of a modelled chip on the SPI lines of an FTDI bridge.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="bridge">The bridge; null for an FT232H.</param>
    /// <param name="lines">What the driver is told of the lines; null for reset on ADBUS4 and no more.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="wire">Sees the SPI frames, from the driver's first one on; null for nobody.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <exception cref="TpmTransportException">The driver can't use the chip or the bridge, which have faults. The model has been disposed.</exception>
    public static SimulatedTpm OnFtdiSpi(
        FifoModel model, FtdiModelSettings? bridge = null, FtdiOptions? lines = null, string name = "sim:ftdi-spi", WireObserver? wire = null, RegisterTransportOptions? options = null)
    {
        var port = new SpiModelPort(model);
        UsbModelBus bus = UsbModelBus.WithFtdiSpi(model, port, bridge);
        lines ??= new FtdiOptions { Reset = "gpiol0" };
        ITpmTransport Open() => FtdiSpiTransport.Open(bus, lines, kind: Descriptor.Name, name: name, options: options, wire: wire);
        return new SimulatedTpm(InFrontOf(model, Open), model, Open) { SpiPort = port, UsbBus = bus };
    }

    /// <summary>Puts a driver in front of a modelled chip on the I2C lines of an FTDI bridge.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="bridge">The bridge; null for an FT232H.</param>
    /// <param name="lines">What the driver is told of the lines; null for reset on ADBUS4 and no more.</param>
    /// <param name="name">The connection string to show.</param>
    /// <param name="wire">Sees the I2C messages, from the driver's first one on; null for nobody.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <exception cref="TpmTransportException">The driver can't use the chip or the bridge, which have faults. The model has been disposed.</exception>
    public static SimulatedTpm OnFtdiI2c(
        FifoModel model, FtdiModelSettings? bridge = null, FtdiOptions? lines = null, string name = "sim:ftdi-i2c", WireObserver? wire = null, RegisterTransportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        I2cChip chip = ChipOf(model);
        byte address = model.Profile.I2c!.Address;
        UsbModelBus bus = UsbModelBus.WithFtdiI2c(model, bridge);
        lines ??= new FtdiOptions { Reset = "gpiol0" };
        ITpmTransport Open() => FtdiI2cTransport.Open(bus, lines, chip, address, Descriptor.Name, name, options, wire);
        return new SimulatedTpm(InFrontOf(model, Open), model, Open) { UsbBus = bus };
    }

    /// <summary>Closes the driver and opens it again, as a program does whose stick was unplugged and plugged in.</summary>
    /// <exception cref="NotSupportedException">The chip does not outlive its driver: it is not on USB.</exception>
    /// <exception cref="TpmTransportException">The driver can't use the chip.</exception>
    public void Reopen()
    {
        Func<ITpmTransport> open = _reopen ?? throw new NotSupportedException($"{Info.Name} is not on USB.");
        Inner.Dispose();
        Inner = open();
    }

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
        Inner.Transmit(command, response, cancellationToken);

    /// <summary>Disposes driver, bus, model and the TPM behind it.</summary>
    public void Dispose()
    {
        Inner.Dispose();
        Model.Dispose(); // memory is nobody's: a driver gives up what it has mapped, and no more
    }

    private static I2cChip ChipOf(FifoModel model)
    {
        I2cTraits traits = model.Profile.I2c ?? throw new ArgumentException($"{model.ProfileName} has no I2C.", nameof(model));
        return traits.Dialect switch
        {
            I2cDialect.Ptp => I2cChip.Ptp,
            I2cDialect.Infineon => traits.CanRepeatStart ? I2cChip.Slb9645 : I2cChip.Slb9635,
            I2cDialect.Google => I2cChip.Cr50,
            I2cDialect.Nuvoton => I2cChip.Nuvoton,
            _ => I2cChip.St33zp24,
        };
    }

    private static ITpmTransport InFrontOf(TpmModel model, Func<ITpmTransport> open)
    {
        try
        {
            return open();
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}

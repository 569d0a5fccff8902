using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Spi;

/// <summary>A TPM on a SPI bus of Linux: <c>spidev:/dev/spidev0.1</c>.</summary>
public static class SpidevTransport
{
    private static readonly (string Name, SpiWaitMode Mode)[] s_waitModes =
    [
        ("auto", SpiWaitMode.Auto),
        ("none", SpiWaitMode.None),
        ("poll", SpiWaitMode.Poll),
        ("always", SpiWaitMode.Always),
        ("padded", SpiWaitMode.Padded),
    ];

    /// <summary><c>wait</c>, which every SPI port has.</summary>
    internal static TransportOption Wait { get; } = new(
        "wait",
        "wait states: by what the chip shows, none at all, one at a time, one at a time and at least one, or by frames with room for them",
        TransportOptionKind.Choice,
        "auto")
    {
        Choices = [.. s_waitModes.Select(static m => m.Name)],
    };

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "spidev",
        Summary = "a TPM on SPI, driven from here without a kernel driver",
        Example = "spidev:/dev/spidev0.1,hz=10000000,reset=gpiochip0/24",
        Platforms = ["Linux"],
        Options =
        [
            new("path", "the SPI device's node", TransportOptionKind.Path, SpidevPort.UsualPath) { IsPositional = true },
            new("hz", "the highest clock rate in hertz", TransportOptionKind.Number, FormattableString.Invariant($"{SpidevPort.UsualClockHz}")),
            OpenedParts.Reset,
            OpenedParts.Interrupt,
            new("cs", "GPIO line to use as chip select in place of the controller's own"),
            Wait,
            RegisterSettings.Verify,
            RegisterSettings.Seize,
            RegisterSettings.Timeout,
        ],
        Open = Open,
    };

    internal static SpiWaitMode WaitMode(TransportSettings settings) => Array.Find(s_waitModes, m => m.Name == settings.Text(Wait.Name)).Mode;

    private static ITpmTransport Open(TransportSettings settings)
    {
        int hertz = settings.Number("hz");
        if (hertz < 1)
        {
            throw TransportSettings.Bad(Descriptor, settings.ConnectionString, "'hz' takes a clock rate of 1 hertz or more.");
        }

        return OpenedParts.Assemble(settings, parts =>
        {
            GpioLine? chipSelect = parts.Line("cs", GpioDirection.OutputHigh);
            GpioLine? interrupt = parts.Line(OpenedParts.Interrupt.Name, GpioDirection.InputFalling);
            GpioLine? reset = parts.Line(OpenedParts.Reset.Name, GpioDirection.OutputHigh);
            ISpiPort port = parts.Add(SpidevPort.Open(settings.Text("path")!, hertz, chipSelect));
            port = settings.Wire is { } wire ? new ObservedSpiPort(port, wire) : port;
            SpiRegisterBus bus = parts.Add(new SpiRegisterBus(port, WaitMode(settings), interrupt));
            ITpmTransport transport = RegisterTransport.Open(
                bus, Descriptor.Name, settings.ConnectionString, RegisterSettings.Read(settings));
            return reset is null ? transport : new ResetLineTransport(transport, reset, bus.Clock);
        });
    }
}

using TpmHw.Transport;
using TpmHw.Transports.Gpio;

namespace TpmHw.Transports.Usb;

/// <summary>What SPI and I2C on FTDI bridges have in common: which bridge, which lines.</summary>
internal static class FtdiSettings
{
    private static readonly string[] s_channels = ["a", "b", "c", "d"];

    public static TransportOption Serial { get; } = new("serial", "the bridge's serial number, or the port it is plugged into (1-2.3); needed where there are several") { IsPositional = true };

    public static TransportOption Channel { get; } = new("channel", "the bridge's channel", TransportOptionKind.Choice, s_channels[0]) { Choices = s_channels };

    public static TransportOption ClockRate(int usual) => new("hz", "the highest clock rate in hertz", TransportOptionKind.Number, FormattableString.Invariant($"{usual}"));

    public static TransportOption ChipSelect { get; } = new("cs", "line to use as chip select", Default: new FtdiOptions().ChipSelect);

    public static TransportOption Reset { get; } = new("reset", "line of the TPM's reset, gpiol0 to gpiol3 (ADBUS4 to 7) or gpioh0 to gpioh7 (ACBUS); left high until a reset is asked for");

    public static TransportOption Interrupt { get; } = new("irq", "line of the TPM's interrupt, which is asked for about every millisecond");

    /// <summary>The options that a connection string has.</summary>
    public static FtdiOptions Read(TransportSettings settings) => new()
    {
        Serial = settings.Text(Serial.Name),
        Channel = Array.IndexOf(s_channels, settings.Text(Channel.Name)),
        ClockHz = settings.Number("hz"),
        ChipSelect = settings.Text(ChipSelect.Name) ?? "",
        Reset = settings.Text(Reset.Name),
        Interrupt = settings.Text(Interrupt.Name),
    };

    /// <summary>The bridges that are plugged in, whatever is wired to them.</summary>
    public static IEnumerable<UsbDeviceInfo> Bridges(IUsbBus bus) => bus.List().Where(FtdiChip.IsOn);

    /// <summary>Opens the channel that is meant.</summary>
    public static IUsbPort Open(IUsbBus bus, FtdiOptions options, string kind, string name)
    {
        UsbDeviceInfo[] bridges = [.. Bridges(bus)];
        UsbDeviceInfo[] fitting = options.Serial is not { } serial ? bridges : [.. bridges.Where(b => b.Serial == serial || b.Location == serial)];
        return fitting switch
        {
            [var bridge] => bus.Open(bridge, options.Channel),
            [] => throw FtdiError.None(kind, options.Serial, bridges),
            _ => throw FtdiError.Several(kind, name, fitting),
        };
    }

    /// <summary>The clock rate that was asked for.</summary>
    public static MpsseClock Clock(FtdiOptions options, string name, int usual, int most, bool hasThreePhases)
    {
        int hertz = options.ClockHz ?? usual;
        return hertz >= MpsseClock.LeastHz && hertz <= most
            ? MpsseClock.NotAbove(hertz, hasThreePhases)
            : throw Bad(name, FormattableString.Invariant($"the clock rate can be {MpsseClock.LeastHz} to {most} Hz, not {hertz}"), "Give another one with hz=… .");
    }

    /// <summary>The line of that name; null for null.</summary>
    public static FtdiPin? Pin(string? text, string name) => text is null ? null
        : FtdiPin.TryParse(text, out FtdiPin pin) ? pin
        : throw Bad(name, $"there is no line '{text}' that is free", "Lines are gpiol0 to gpiol3 (ADBUS4 to ADBUS7) and gpioh0 to gpioh7 (ACBUS0 to ACBUS7).");

    /// <summary>Takes lines for reset and interrupt.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="options">Which lines.</param>
    /// <param name="name">The connection string.</param>
    /// <param name="taken">Lines that the bus needs itself.</param>
    public static (FtdiLine? Reset, FtdiLine? Interrupt) Lines(FtdiBridge bridge, FtdiOptions options, string name, params ReadOnlySpan<FtdiPin> taken)
    {
        FtdiPin? reset = Pin(options.Reset, name), interrupt = Pin(options.Interrupt, name);
        Span<FtdiPin?> all = [.. taken, reset, interrupt];
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] is not { } pin)
            {
                continue;
            }

            if (all[..i].Contains(pin))
            {
                throw Bad(name, $"{pin} is needed twice", "Give each signal a line of its own.");
            }

            if (pin.IsHigh && !bridge.Chip.HasHighByte)
            {
                throw Bad(name, $"{bridge.Chip.Name} has no {pin}", "Use gpiol0 to gpiol3 (ADBUS4 to ADBUS7).");
            }
        }

        return (Line(reset, isOutput: true), Line(interrupt, isOutput: false));

        FtdiLine? Line(FtdiPin? pin, bool isOutput) => pin is { } line ? new FtdiLine(bridge, line, isOutput) : null;
    }

    public static ITpmTransport WithReset(ITpmTransport transport, FtdiLine? reset, FtdiBridge bridge) =>
        reset is null ? transport : new ResetLineTransport(transport, reset, bridge.Time);

    private static TpmTransportException Bad(string name, string evidence, string advice) =>
        new(TpmFault.BadConnectionString, $"'{name}' does not fit an FTDI bridge.", evidence, advice);
}

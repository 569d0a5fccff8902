using System.Text.RegularExpressions;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Usb;

/// <summary>The TPM of a LetsTrust-TPM2Go: <c>spi-ltt2go</c>, as tpm2-tss calls it.</summary>
public static class Ltt2goTransport
{
    internal const string Kind = "spi-ltt2go";

    // The vendor's tool holds the line low for as long.
    private static readonly TimeSpan s_resetPulse = TimeSpan.FromMilliseconds(500);

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = Kind,
        Summary = "a LetsTrust-TPM2Go: a TPM on a USB stick",
        Example = "spi-ltt2go:serial=Y23CW29NR00000RND987654321012",
        Platforms = ["Linux"],
        Options =
        [
            new("serial", "the stick's serial number, or a regular expression for it; needed where there are several") { IsPositional = true },
            RegisterSettings.Verify,
            RegisterSettings.Seize,
            RegisterSettings.Timeout,
        ],
        Open = static settings => Open(UsbfsBus.Current, settings.Text("serial"), Kind, settings.ConnectionString, RegisterSettings.Read(settings), settings.Wire),
        FindCandidates = static () => Candidates(UsbfsBus.Current),
    };

    /// <summary>Opens the TPM of a stick. Nobody starts it up: after plugging in, TPM2_Startup has to be the first command.</summary>
    /// <param name="bus">The USB devices to look for it among.</param>
    /// <param name="serial">Its serial number, or a regular expression for it; null for the only one.</param>
    /// <param name="kind">The transport's name in a connection string.</param>
    /// <param name="name">The connection string as the user wrote it.</param>
    /// <param name="options">The driver's options; null for the usual ones.</param>
    /// <param name="wire">Sees the SPI frames; null for nobody.</param>
    /// <exception cref="TpmTransportException">There is no such stick, or several; it can't be opened; another program has it; its TPM does not answer.</exception>
    public static ITpmTransport Open(
        IUsbBus bus, string? serial = null, string kind = Kind, string name = Kind, RegisterTransportOptions? options = null, WireObserver? wire = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        UsbDeviceInfo stick = Choose([.. Sticks(bus)], serial, name);
        var port = new Ltt2goPort(bus.Open(stick, Ltt2goPort.Interface));
        ITpmTransport transport = RegisterTransport.Open(new SpiRegisterBus(wire is null ? port : new ObservedSpiPort(port, wire)), kind, name, options);
        return new ResetLineTransport(transport, port.ResetLine, port.Clock, s_resetPulse);
    }

    internal static IEnumerable<string> Candidates(IUsbBus bus) =>
        Sticks(bus).Select(static s => s.Serial is { } serial ? $"{Kind}:serial={serial}" : Kind).Distinct();

    private static IEnumerable<UsbDeviceInfo> Sticks(IUsbBus bus) =>
        bus.List().Where(static d => d is { Vendor: Ltt2goPort.Vendor, Product: Ltt2goPort.Product });

    private static UsbDeviceInfo Choose(IReadOnlyList<UsbDeviceInfo> sticks, string? serial, string name)
    {
        IReadOnlyList<UsbDeviceInfo> fitting = serial is null ? sticks : [.. sticks.Where(s => s.Serial == serial)];
        if (fitting.Count == 0 && serial is not null)
        {
            fitting = [.. sticks.Where(s => s.Serial is { } own && Matches(own, serial, name))];
        }

        return fitting switch
        {
            [var stick] => stick,
            [] => throw Ltt2goError.None(serial, sticks),
            _ => throw Ltt2goError.Several(name, fitting),
        };
    }

    // As in tpm2-tss, a pattern may match any part.
    private static bool Matches(string serial, string pattern, string name)
    {
        try
        {
            return Regex.IsMatch(serial, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw TransportSettings.Bad(Descriptor, name, $"'{pattern}' is neither a serial number nor a regular expression.");
        }
    }
}

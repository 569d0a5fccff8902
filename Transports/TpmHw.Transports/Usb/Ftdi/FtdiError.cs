using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.Usb;

/// <summary>What a failure of an FTDI bridge means, and what to do about it.</summary>
internal static class FtdiError
{
    public static TpmTransportException Unplugged(string name, TpmTransportException inner) => new(
        TpmFault.Disconnected,
        $"The bridge {name} was unplugged.",
        inner.Evidence.Length > 0 ? inner.Evidence : inner.Message,
        "Plug it in and open it again. A TPM that has its power from there has lost sessions, transient objects and PCRs, and wants TPM2_Startup first (tpmhw startup --clear).",
        inner);

    public static TpmTransportException Failed(string name, string step, UsbOutcome outcome, int moved, int length) => new(
        outcome == UsbOutcome.TimedOut ? TpmFault.Timeout : TpmFault.InputOutput,
        outcome == UsbOutcome.TimedOut ? $"The bridge {name} did not answer in time." : $"The bridge {name} refused a transfer.",
        string.Create(CultureInfo.InvariantCulture, $"{step}: {outcome}{(length > 0 ? $" after {moved} of {length} bytes" : "")}"),
        "The next access sets the bridge up anew. If that does not help, unplug it, plug it in again, and try another port, without a hub between.");

    public static TpmTransportException OutOfStep(string name, int received, int wanted) => new(
        TpmFault.InputOutput,
        $"The bridge {name} sent answers that nobody asked for.",
        string.Create(CultureInfo.InvariantCulture, $"{received} bytes or more, and {wanted} were to come"),
        "A byte was lost on the way, or another program uses the bridge too. The next access sets it up anew.");

    public static TpmTransportException NoAnswer(string name, byte invalid, int seen, Deadline deadline) => new(
        TpmFault.NotSupported,
        $"The engine (MPSSE) of {name} does not answer.",
        string.Create(CultureInfo.InvariantCulture, $"0xFA 0x{invalid:X2} did not come among {seen} bytes, {deadline}"),
        "Its memory may set it up for another mode (FIFO, CPU), or it is a copy of the chip. FTDI's FT_PROG shows the mode; a new board has none set.");

    public static TpmTransportException StuckLow(string name, bool isSclFree, bool isSdaFree) => new(
        TpmFault.StuckLow,
        $"The I2C lines of {name} are low where nobody should pull them.",
        $"SCL is {(isSclFree ? "high" : "low")}, SDA is {(isSdaFree ? "high" : "low")}",
        "Both lines need pull-ups, 4.7 kΩ to 3.3 V or so; SDA goes to ADBUS1 and ADBUS2. A TPM without power, or one that was stopped in the middle of something, holds them low too: reset it.");

    public static TpmTransportException NoEngine(string name, ushort release) => new(
        TpmFault.NotSupported,
        $"The FTDI chip of {name} has no engine (MPSSE) that runs a TPM.",
        string.Create(CultureInfo.InvariantCulture, $"bcdDevice 0x{release:X4}"),
        "It takes an FT232H, FT2232H or FT4232H. Serial adapters have others, such as FT232R.");

    public static TpmTransportException NoChannel(string name, FtdiChip chip, int channel) => new(
        TpmFault.NotSupported,
        $"Channel {(char)('A' + channel)} of {name} has no engine (MPSSE).",
        $"{chip.Name} has it on channel {(chip.Channels == 1 ? "A" : "A and B")}",
        "Wire the TPM to such a channel, and give it with channel=… .");

    public static TpmTransportException NoEndpoints(string name, ReadOnlySpan<byte> configuration) => new(
        TpmFault.NotSupported, $"{name} has no endpoints where an FTDI bridge has them.", "configuration " + Convert.ToHexString(configuration), "Is it an FTDI bridge at all?");

    public static TpmTransportException None(string kind, string? serial, IReadOnlyList<UsbDeviceInfo> bridges) => new(
        TpmFault.NotFound,
        serial is null ? "There is no FTDI bridge." : $"There is no FTDI bridge whose serial number or place is '{serial}'.",
        bridges.Count > 0 ? "there is " + List(bridges) : "no USB device has the number of one, such as 0403:6014",
        bridges.Count > 0 ? $"Give one of these, such as {kind}:serial={Place(bridges[0])}." : "Plug it in. lsusb shows it as 0403:6014 (FT232H), 0403:6010 (FT2232H) or 0403:6011 (FT4232H); in a virtual machine, a container or WSL the device has to be passed through.");

    public static TpmTransportException Several(string kind, string connectionString, IReadOnlyList<UsbDeviceInfo> bridges) => new(
        TpmFault.BadConnectionString, $"'{connectionString}' fits {bridges.Count} bridges.", "there is " + List(bridges), $"Name the one that is meant: {kind}:serial={Place(bridges[0])}");

    /// <summary>What names a bridge: its serial number, and where it has none the port that it is plugged into.</summary>
    public static string Place(UsbDeviceInfo bridge) => bridge.Serial ?? bridge.Location;

    private static string List(IEnumerable<UsbDeviceInfo> bridges) =>
        string.Join(", ", bridges.Select(static b => $"{b.Name ?? "a bridge"} {b.Serial ?? "without a serial number"} at {b.Location}"));
}

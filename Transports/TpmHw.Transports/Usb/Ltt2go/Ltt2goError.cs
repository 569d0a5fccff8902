using System.Globalization;

namespace TpmHw.Transports.Usb;

/// <summary>What a failure of a stick means, and what to do about it.</summary>
internal static class Ltt2goError
{
    private const string Startup = "After plugging in nobody has started the TPM: Tpm2 does that by itself, whoever sends bytes sends TPM2_Startup first.";

    public static TpmTransportException Unplugged(string name, TpmTransportException inner) => new(
        TpmFault.Disconnected,
        $"The stick {name} was unplugged.",
        inner.Evidence.Length > 0 ? inner.Evidence : inner.Message,
        "Plug it in and open it again. Its TPM has lost power, and with it sessions, transient objects and PCRs. " + Startup,
        inner);

    public static TpmTransportException Failed(string name, string step, UsbOutcome outcome, int moved, int length) => new(
        outcome == UsbOutcome.TimedOut ? TpmFault.Timeout : TpmFault.InputOutput,
        outcome == UsbOutcome.TimedOut ? $"The stick {name} did not answer in time." : $"The stick {name} refused a transfer.",
        string.Create(CultureInfo.InvariantCulture, $"{step}: {outcome}{(length > 0 ? $" after {moved} of {length} bytes" : "")}"),
        "The next access resets its bridge. If that does not help, unplug it, plug it in again, and try another port, without a hub between. " + Startup);

    public static TpmTransportException None(string? serial, IReadOnlyList<UsbDeviceInfo> sticks) => new(
        TpmFault.NotFound,
        serial is null ? "There is no LetsTrust-TPM2Go." : $"There is no LetsTrust-TPM2Go whose serial number matches '{serial}'.",
        sticks.Count > 0 ? "there is " + List(sticks) : "no USB device has 365d:1337",
        sticks.Count > 0 ? "Give one of these serial numbers." : "Plug the stick in. lsusb shows it as 365d:1337; in a virtual machine, a container or WSL the device has to be passed through.");

    public static TpmTransportException Several(string connectionString, IReadOnlyList<UsbDeviceInfo> sticks) => new(
        TpmFault.BadConnectionString,
        $"'{connectionString}' fits {sticks.Count} sticks.",
        "there is " + List(sticks),
        sticks.FirstOrDefault(static s => s.Serial is not null) is { } first ? $"Name the one that is meant: {Ltt2goTransport.Kind}:serial={first.Serial}" : "Leave one of them plugged in.");

    private static string List(IEnumerable<UsbDeviceInfo> sticks) =>
        string.Join(", ", sticks.Select(static s => $"{s.Serial ?? "one without a serial number"} at {s.Location}"));
}

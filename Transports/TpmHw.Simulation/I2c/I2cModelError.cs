using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Simulation;

/// <summary>What the modelled controller reports of a bus that does not work, as a real one does.</summary>
internal static class I2cModelError
{
    public static TpmTransportException StuckLow(string port) => new(
        TpmFault.StuckLow, $"{port} is busy without end.", "SDA is low, and no message can begin.", "Another chip, or the TPM itself, holds SDA. Reset it.");

    public static TpmTransportException Stretched(string port, TimeSpan patience) => new(
        TpmFault.Timeout,
        $"{port} gave up a message.",
        string.Create(CultureInfo.InvariantCulture, $"The chip held SCL low for more than {patience.TotalMilliseconds} ms."),
        "Reset the TPM.");
}

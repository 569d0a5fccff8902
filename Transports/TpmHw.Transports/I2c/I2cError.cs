using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.I2c;

/// <summary>What a message that went wrong means.</summary>
internal static class I2cError
{
    public static TpmTransportException NotAcknowledged(II2cPort port, string what, int messages, Deadline deadline) => new(
        TpmFault.NotAcknowledged,
        $"The TPM on {port.Name} did not acknowledge a message.",
        string.Create(CultureInfo.InvariantCulture, $"{what}: {messages} messages, {deadline}"),
        "Check the address (i2cdetect -y shows who answers), power, reset and the pull-ups of SDA and SCL. A TPM that answered before is busy or has been reset.");

    /// <summary>A command whose response never comes, on a chip that can't be told to stop.</summary>
    public static TpmTransportException NotDone(II2cPort port, Deadline deadline) => new(
        TpmFault.Timeout,
        $"The TPM on {port.Name} did not finish the command in time.",
        $"reads are not acknowledged, after {deadline}",
        "This chip can't be told to stop: the next command waits until it is done. If it never is, reset it.");

    /// <summary>A chip that does not say which one it is.</summary>
    public static TpmTransportException NotRecognised(II2cPort port, string seen) => new(
        TpmFault.NotFound,
        $"What answers on {port.Name} is no TPM that says which one it is.",
        seen,
        "Check the address. If it is a TPM of Atmel or an ST33ZP24, which don't say so, name it with chip=… .");
}

using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.I2c;

/// <summary>What a message that went wrong means.</summary>
internal static class I2cError
{
    public static TpmTransportException NotAcknowledged(II2cPort port, byte register, int messages, Deadline deadline) => new(
        TpmFault.NotAcknowledged,
        $"The TPM on {port.Name} did not acknowledge a message.",
        string.Create(CultureInfo.InvariantCulture, $"register 0x{register:X2}: {messages} messages, {deadline}"),
        "Check the address (i2cdetect -y shows who answers), power, reset and the pull-ups of SDA and SCL. A TPM that answered before is busy or has been reset.");
}

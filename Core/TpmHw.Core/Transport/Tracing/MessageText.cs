using System.Globalization;
using System.Text;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>Commands, results and bytes as people read them.</summary>
internal static class MessageText
{
    /// <summary>A command's name; its code in hex where it is not known.</summary>
    public static string NameOf(TpmHeader command)
    {
        string? name = !SecretMask.IsTpm12(command) ? Enum.GetName((TpmCc)command.Code)
            : Tpm12Ordinal.TryFind(command.Code, out Tpm12Ordinal ordinal) ? ordinal.Name
            : null;
        return name ?? string.Create(CultureInfo.InvariantCulture, $"0x{command.Code:X8}");
    }

    /// <summary>A response code in words.</summary>
    public static string ResultOf(uint responseCode) => responseCode == 0 ? "success" : new TpmResponseCode(responseCode).ToString();

    /// <summary>Bytes in hex, with the length instead of the bytes where they are secret.</summary>
    public static string Hex(ReadOnlySpan<byte> message, ReadOnlySpan<bool> secret)
    {
        var text = new StringBuilder(2 * message.Length);
        while (!message.IsEmpty)
        {
            bool isSecret = secret[0];
            int run = secret.IndexOf(!isSecret);
            run = run < 0 ? message.Length : run;
            text.Append(isSecret
                ? string.Create(CultureInfo.InvariantCulture, $"[{run} bytes withheld]")
                : Convert.ToHexStringLower(message[..run]));
            message = message[run..];
            secret = secret[run..];
        }

        return text.ToString();
    }
}

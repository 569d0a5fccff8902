using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>Commands, results and bytes as people read them.</summary>
internal static class MessageText
{
    // Names are put together from the specification's; a recording asks for one with each command.
    private static readonly ConcurrentDictionary<TpmCc, string> s_names = new();

    /// <summary>A command's name in the specification; its code in hex where it is not known.</summary>
    public static string NameOf(TpmHeader command)
    {
        var code = (TpmCc)command.Code;
        return !command.IsTpm12Request
            ? code.SpecName() is null ? code.CommandName() : s_names.GetOrAdd(code, static known => known.CommandName())
            : Tpm12Ordinal.TryFind(command.Code, out Tpm12Ordinal ordinal) ? ordinal.Name
            : string.Create(CultureInfo.InvariantCulture, $"0x{command.Code:X8}");
    }

    /// <summary>A response code in words.</summary>
    public static string ResultOf(uint responseCode) => responseCode == TpmRc.Success ? "success" : new TpmResponseCode(responseCode).ToString();

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

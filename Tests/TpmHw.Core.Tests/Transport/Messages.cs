using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Transport;

/// <summary>Writes commands and responses piece by piece.</summary>
internal static class Messages
{
    public static readonly byte[] Startup = Command(TpmCc.Startup, "0000");
    public static readonly byte[] GetRandom8 = Command(TpmCc.GetRandom, "0008");
    public static readonly byte[] PcrRead = Command(TpmCc.PcrRead, "00000001 000B 03 010000");

    /// <summary>A TPM 2.0 command without sessions, from the hex of what follows its header.</summary>
    public static byte[] Command(TpmCc code, string body = "") => Message(TpmHeader.NoSessions, (uint)code, body);

    /// <summary>A message from the hex of what follows its header; blanks are for the eye.</summary>
    public static byte[] Message(ushort tag, uint code, string body = "")
    {
        byte[] bytes = Convert.FromHexString(body.Replace(" ", "", StringComparison.Ordinal));
        byte[] message = new byte[TpmHeader.Size + bytes.Length];
        new TpmHeader(tag, (uint)message.Length, code).Write(message);
        bytes.CopyTo(message, TpmHeader.Size);
        return message;
    }

    /// <summary>Sends a command and returns the response's own bytes.</summary>
    public static byte[] Send(this ITpmTransport transport, byte[] command, CancellationToken cancellationToken = default)
    {
        byte[] response = new byte[transport.Info.MaxResponseSize];
        return response[..transport.Transmit(command, response, cancellationToken)];
    }
}

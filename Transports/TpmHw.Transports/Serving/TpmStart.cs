using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>Startup of a TPM that waits for it, and the Shutdown that belongs to it.</summary>
public static class TpmStart
{
    private const int Tpm12Startup = 0x99;

    /// <summary>Starts the TPM as a fresh boot does, where nobody has and the operating system does not keep that to itself.</summary>
    /// <returns>Whether it was started by this call: then it is this program's to shut down.</returns>
    /// <exception cref="TpmTransportException">The TPM can't be reached.</exception>
    public static bool TryStart(ITpmTransport tpm)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        if (tpm.Info.ReservedCommands.Contains(TpmCc.Startup))
        {
            return false;
        }

        uint result = tpm.Info.Family == TpmFamily.Tpm12
            ? Send(tpm, 0x00C1, Tpm12Startup, 1)
            : Send(tpm, TpmHeader.NoSessions, (uint)TpmCc.Startup, (ushort)TpmSu.Clear);
        if (tpm.Info.Family is null && new TpmResponseCode(result).Format == TpmResponseFormat.Tpm12)
        {
            result = Send(tpm, 0x00C1, Tpm12Startup, 1);
        }

        return result == TpmRc.Success;
    }

    /// <summary>Prepares the TPM for the loss of its power. A TPM 1.2 needs none of it.</summary>
    public static void Shutdown(ITpmTransport tpm)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        if (tpm.Info.Family != TpmFamily.Tpm12)
        {
            Send(tpm, TpmHeader.NoSessions, (uint)TpmCc.Shutdown, (ushort)TpmSu.Clear);
        }
    }

    private static uint Send(ITpmTransport tpm, ushort tag, uint code, ushort type)
    {
        Span<byte> command = stackalloc byte[TpmHeader.Size + sizeof(ushort)];
        new TpmHeader(tag, (uint)command.Length, code).Write(command);
        BinaryPrimitives.WriteUInt16BigEndian(command[TpmHeader.Size..], type);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(command, response);
        return TpmHeader.Read(response).Code;
    }
}

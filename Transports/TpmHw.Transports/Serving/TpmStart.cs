using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>What a TPM is told and asked before it is shared, and after.</summary>
public static class TpmStart
{
    private const ushort Tpm12Request = 0x00C1; // TPM_TAG_RQU_COMMAND
    private const uint Tpm12Startup = 0x99;
    private const ushort Tpm12Clear = 1; // TPM_ST_CLEAR

    /// <summary>A TPM's family, which a TPM 1.2 gives away by the tag of its answers.</summary>
    /// <exception cref="TpmTransportException">The TPM can't be reached.</exception>
    public static TpmFamily FamilyOf(ITpmTransport tpm)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        return tpm.Info.Family
            ?? (Send(tpm, TpmHeader.NoSessions, (uint)TpmCc.GetTestResult).Tag == TpmHeader.ResponseTpm12 ? TpmFamily.Tpm12 : TpmFamily.Tpm20);
    }

    /// <summary>Starts the TPM as a fresh boot does, where nobody has and the operating system does not keep that to itself.</summary>
    /// <returns>Whether it was started by this call: then it is this program's to shut down.</returns>
    /// <exception cref="TpmTransportException">The TPM can't be reached.</exception>
    public static bool TryStart(ITpmTransport tpm)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        return !tpm.Info.ReservedCommands.Contains(TpmCc.Startup) && TpmRc.Success == (FamilyOf(tpm) == TpmFamily.Tpm12
            ? Send(tpm, Tpm12Request, Tpm12Startup, Tpm12Clear)
            : Send(tpm, TpmHeader.NoSessions, (uint)TpmCc.Startup, (ushort)TpmSu.Clear)).Code;
    }

    /// <summary>Prepares the TPM for the loss of its power. A TPM 1.2 needs none of it.</summary>
    public static void Shutdown(ITpmTransport tpm)
    {
        if (FamilyOf(tpm) != TpmFamily.Tpm12)
        {
            Send(tpm, TpmHeader.NoSessions, (uint)TpmCc.Shutdown, (ushort)TpmSu.Clear);
        }
    }

    /// <summary>Sends a command with two bytes of parameters at most.</summary>
    private static TpmHeader Send(ITpmTransport tpm, ushort tag, uint code, ushort? type = null)
    {
        Span<byte> command = stackalloc byte[TpmHeader.Size + (type is null ? 0 : sizeof(ushort))];
        new TpmHeader(tag, (uint)command.Length, code).Write(command);
        if (type is { } value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(command[TpmHeader.Size..], value);
        }

        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(command, response);
        return TpmHeader.Read(response);
    }
}

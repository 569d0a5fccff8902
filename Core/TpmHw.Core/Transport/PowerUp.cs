using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Tpm12;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>What a TPM of either family is told after it gets power and before it loses it.</summary>
public static class PowerUp
{
    // TPM_STARTUP_TYPE (TPM Main Part 2, 4.3), two bytes.
    private const byte Tpm12Clear = 1;
    private const byte Tpm12State = 2;

    /// <summary>TPM2_Startup (Part 3, 9.3) or TPM_Startup, as bytes.</summary>
    /// <param name="family">The TPM's family.</param>
    /// <param name="clear">Whether the TPM starts all over again; otherwise it resumes from the state that it saved.</param>
    public static byte[] StartupCommand(TpmFamily family, bool clear = true) => family == TpmFamily.Tpm12
        ? Tpm12Command.Of(Tpm12Cc.Startup, [0, clear ? Tpm12Clear : Tpm12State])
        : TpmCommandBytes.Of(new Startup(clear ? TpmSu.Clear : TpmSu.State));

    /// <summary>TPM2_Shutdown(CLEAR) (Part 3, 9.4), as bytes. TPM 1.2 has no such command, and needs none.</summary>
    public static byte[] ShutdownCommand() => TpmCommandBytes.Of(new Shutdown(TpmSu.Clear));

    /// <summary>Whether a command is the Startup of its family.</summary>
    public static bool IsStartup(TpmHeader command) => command.Code == (command.IsTpm12Request ? (uint)Tpm12Cc.Startup : (uint)TpmCc.Startup);

    /// <summary>Whether a TPM says that it waits for Startup; in answer to Startup, that it was started already.</summary>
    /// <param name="responseCode">What it answered, without the layer that passed it on.</param>
    public static bool IsNeeded(uint responseCode) => responseCode is TpmRc.Initialize or Tpm12Rc.InvalidPostInit;

    /// <summary>Starts the TPM as a fresh boot does, unless the operating system keeps that to itself.</summary>
    /// <returns>Whether this call started it: then it is this program's to shut down.</returns>
    /// <exception cref="TpmTransportException">The TPM can't be reached.</exception>
    public static bool TryStart(ITpmTransport tpm)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        return !tpm.Info.ReservedCommands.Contains(TpmCc.Startup) && Send(tpm, StartupCommand(FamilyProbe.Find(tpm))) == TpmRc.Success;
    }

    /// <summary>Prepares the TPM for the loss of its power. A TPM 1.2 needs none of it.</summary>
    /// <exception cref="TpmTransportException">The TPM can't be reached.</exception>
    public static void ShutDown(ITpmTransport tpm)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        if (FamilyProbe.Find(tpm) != TpmFamily.Tpm12)
        {
            Send(tpm, ShutdownCommand());
        }
    }

    private static uint Send(ITpmTransport tpm, byte[] command)
    {
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(command, response);
        return TpmHeader.Read(response).Code;
    }
}

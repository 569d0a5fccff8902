using TpmHw.Spec;

namespace TpmHw.Capabilities;

/// <summary>Commands that many TPMs have not got, which is asked before one is sent.</summary>
internal static class RareCommands
{
    // Codes are given in the order of versions: those from here on came after version 1.16, which is in chips still.
    private const TpmCc FirstOfLaterVersions = TpmCc.PolicyTemplate;

    // Older, but left out by the platform profile or by chips.
    private static readonly TpmCc[] s_optional =
    [
        TpmCc.PpCommands, TpmCc.SetAlgorithmSet, TpmCc.FieldUpgradeStart, TpmCc.FieldUpgradeData, TpmCc.FirmwareRead, TpmCc.EncryptDecrypt,
    ];

    public static bool Contains(TpmCc command) => command >= FirstOfLaterVersions || s_optional.Contains(command);
}

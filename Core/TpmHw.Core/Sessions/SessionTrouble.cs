using TpmHw.Wire;

namespace TpmHw.Sessions;

/// <summary>Response codes that say something of a command's sessions (Part 2, 6.6).</summary>
internal static class SessionTrouble
{
    // TPM_RC_REFERENCE_S0 to S6: a session is not loaded.
    private const uint FirstReference = 0x918;
    private const uint LastReference = 0x91E;

    /// <summary>Whether the code can come from sessions that the TPM has lost, or that are another TPM's.</summary>
    public static bool IsPossible(TpmResponseCode code) =>
        IsMissing(code) || code.Value == TpmRc.Initialize || code.Subject == TpmResponseSubject.Session;

    /// <summary>Whether the code says that the TPM has not got a session.</summary>
    public static bool IsMissing(TpmResponseCode code) => code.Base.Value is >= FirstReference and <= LastReference;
}

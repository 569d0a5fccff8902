using TpmHw.Wire;

namespace TpmHw.Execution;

/// <summary>What a response code says of a command's sessions. Nobody vouches for it.</summary>
internal enum SessionTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The TPM was not started, and so has no sessions.</summary>
    NotStarted,

    /// <summary>A session is not loaded.</summary>
    Missing,

    /// <summary>A session's HMAC, or what it authorizes with, is wrong.</summary>
    Refused,

    /// <summary>The TPM executes the command later.</summary>
    PutOff,
}

internal static class SessionTroubles
{
    public static SessionTrouble Of(TpmResponseCode code) => code.Base.Value switch
    {
        TpmRc.Initialize => SessionTrouble.NotStarted,
        >= TpmRc.ReferenceS0 and <= TpmRc.ReferenceS6 => SessionTrouble.Missing,
        TpmRc.Retry or TpmRc.Yielded or TpmRc.Testing => SessionTrouble.PutOff,
        _ when code.Subject == TpmResponseSubject.Session => SessionTrouble.Refused,
        _ => SessionTrouble.None,
    };
}

namespace TpmHw.Spec;

/// <summary>TPMA_SESSION: how a session is used by one command (Part 2, 8.4).</summary>
[Flags, TpmNames("")]
public enum TpmaSession : byte
{
    /// <summary>No attribute: the session ends with the command.</summary>
    None = 0,

    /// <summary>The session goes on after the command.</summary>
    ContinueSession = 1 << 0,

    /// <summary>Only as long as the session alone was audited.</summary>
    AuditExclusive = 1 << 1,

    /// <summary>The audit digest starts anew.</summary>
    AuditReset = 1 << 2,

    /// <summary>The command's first parameter is encrypted.</summary>
    Decrypt = 1 << 5,

    /// <summary>The response's first parameter is encrypted.</summary>
    Encrypt = 1 << 6,

    /// <summary>The session audits.</summary>
    Audit = 1 << 7,
}

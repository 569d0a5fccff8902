namespace TpmHw.Tbs;

/// <summary>An owner authorization that Windows may keep (TBS_OWNERAUTH_TYPE).</summary>
public enum TbsOwnerAuthorization : uint
{
    /// <summary>Full owner authorization.</summary>
    Full = 1,

    /// <summary>Administrative delegation of a TPM 1.2.</summary>
    Admin = 2,

    /// <summary>User delegation of a TPM 1.2.</summary>
    User = 3,

    /// <summary>Endorsement authorization of a TPM 1.2.</summary>
    Endorsement = 4,

    /// <summary>Authorization of a TPM 2.0's endorsement hierarchy.</summary>
    Endorsement20 = 12,

    /// <summary>Authorization of a TPM 2.0's storage hierarchy.</summary>
    Storage20 = 13,
}

/// <summary>What Windows does with its TPM beside passing on commands.</summary>
public interface ITbsPlatform
{
    /// <summary>Asks the firmware's Physical Presence Interface.</summary>
    /// <param name="request">The function's number, 4 bytes little-endian, and its argument where it takes one (TCG PC Client Physical Presence Interface).</param>
    /// <returns>The firmware's answer.</returns>
    /// <exception cref="TpmTransportException">The firmware has no such interface or function, or this user may not.</exception>
    byte[] PhysicalPresence(ReadOnlySpan<byte> request);

    /// <summary>Reads an owner authorization that Windows keeps. It is a secret: clear it after use.</summary>
    /// <exception cref="TpmTransportException">Windows does not keep it, or this user may not read it.</exception>
    byte[] ReadOwnerAuthorization(TbsOwnerAuthorization kind);

    /// <summary>
    /// Makes the machine unable to attest until it is restarted: PCR 12 is extended and the event counter moved on.
    /// It takes an administrator.
    /// </summary>
    /// <exception cref="TpmTransportException">Windows refused.</exception>
    void RevokeAttestation();

    /// <summary>Has Windows make its own key at a persistent handle. The function is exported and not documented.</summary>
    /// <exception cref="TpmTransportException">Windows refused.</exception>
    void CreateWindowsKey(uint handle);
}

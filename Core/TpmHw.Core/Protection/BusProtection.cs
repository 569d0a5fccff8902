using TpmHw.Spec;

namespace TpmHw;

/// <summary>How well secrets and answers are protected on the way to the TPM, and what that rests on.</summary>
/// <param name="Level">How well the other side is known to be the right TPM.</param>
/// <param name="KeyName">The Name of the TPM's key that sessions are salted with; null until the first protected command, unless it is pinned. Kept and given as <see cref="Tpm2Options.SaltKeyName"/>, it pins the TPM.</param>
/// <param name="Key">The public area of that key, or null as long as <paramref name="KeyName"/> is.</param>
/// <param name="CertificateSubject">The subject of the endorsement certificate that vouches for the key, or its serial number if it has none; null without <see cref="BusProtectionLevel.Verified"/>.</param>
public sealed record BusProtection(BusProtectionLevel Level, Tpm2bName? KeyName = null, TpmtPublic? Key = null, string? CertificateSubject = null);

/// <summary>How well the other end of the bus is known to be the right TPM.</summary>
public enum BusProtectionLevel
{
    /// <summary>Commands go unprotected: they stay inside this process, or <see cref="Tpm2Options.ProtectBus"/> is false.</summary>
    Off,

    /// <summary>Encrypted for a key that nobody has vouched for: safe from a listener; safe from an active attacker if the first exchange reached the right TPM.</summary>
    Unverified,

    /// <summary>Encrypted for the key whose Name was pinned (<see cref="Tpm2Options.SaltKeyName"/>).</summary>
    Pinned,

    /// <summary>Encrypted for an endorsement key that the TPM's manufacturer has certified (<see cref="Tpm2Options.EndorsementTrust"/>).</summary>
    Verified,
}

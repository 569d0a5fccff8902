namespace TpmHw;

/// <summary>How far secrets are safe from whoever reads or alters what crosses the wire to the TPM.</summary>
public enum BusProtection
{
    /// <summary>Not at all: there is no wire, or protection was switched off by name.</summary>
    Off,

    /// <summary>Encrypted for a key that nobody has vouched for: safe from who listens, not from who sat in between from the first command on.</summary>
    Unverified,

    /// <summary>Encrypted for the key whose Name the caller has pinned.</summary>
    Pinned,

    /// <summary>Encrypted for the key that the TPM's maker has certified (<see cref="Tpm2Options.EndorsementTrust"/>): so since the first command that was protected.</summary>
    Verified,
}

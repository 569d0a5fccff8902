using TpmHw.Wire;

namespace TpmHw.Spec;

/// <summary>TPM_ST: structure tags (Part 2, 6.9).</summary>
[TpmNames("TPM_ST_")]
public enum TpmSt : ushort
{
    /// <summary>The response to a command whose tag is wrong; the tag of TPM 1.2.</summary>
    RspCommand = TpmHeader.ResponseTpm12,

    /// <summary>No structure.</summary>
    Null = 0x8000,

    /// <summary>A command or response without sessions.</summary>
    NoSessions = TpmHeader.NoSessions,

    /// <summary>A command or response with sessions.</summary>
    Sessions = TpmHeader.Sessions,

    /// <summary>Attests the contents of an NV index.</summary>
    AttestNv = 0x8014,

    /// <summary>Attests the command audit digest.</summary>
    AttestCommandAudit = 0x8015,

    /// <summary>Attests a session's audit digest.</summary>
    AttestSessionAudit = 0x8016,

    /// <summary>Attests that an object is loaded.</summary>
    AttestCertify = 0x8017,

    /// <summary>Attests PCRs.</summary>
    AttestQuote = 0x8018,

    /// <summary>Attests the clock.</summary>
    AttestTime = 0x8019,

    /// <summary>Attests how an object was created.</summary>
    AttestCreation = 0x801A,

    /// <summary>Attests a digest of an NV index's contents.</summary>
    AttestNvDigest = 0x801C,

    /// <summary>A ticket of creation.</summary>
    Creation = 0x8021,

    /// <summary>A ticket of a verified signature.</summary>
    Verified = 0x8022,

    /// <summary>A ticket of TPM2_PolicySecret.</summary>
    AuthSecret = 0x8023,

    /// <summary>A ticket for a digest that the TPM made.</summary>
    [TpmName("HASHCHECK")] HashCheck = 0x8024,

    /// <summary>A ticket of TPM2_PolicySigned.</summary>
    AuthSigned = 0x8025,

    /// <summary>A ticket of a verified signature over a message.</summary>
    MessageVerified = 0x8026,

    /// <summary>A ticket of a verified signature over a digest, with the digest's algorithm.</summary>
    DigestVerified = 0x8027,

    /// <summary>The manifest of a firmware update.</summary>
    FuManifest = 0x8029,
}

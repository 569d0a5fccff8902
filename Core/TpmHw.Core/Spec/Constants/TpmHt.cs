namespace TpmHw.Spec;

/// <summary>TPM_HT: kinds of handles, the most significant byte (Part 2, 7.2).</summary>
[TpmNames("TPM_HT_")]
public enum TpmHt : byte
{
    /// <summary>A PCR.</summary>
    Pcr = 0x00,

    /// <summary>An NV index.</summary>
    NvIndex = 0x01,

    /// <summary>An HMAC session; asked for as a capability, all loaded sessions.</summary>
    HmacSession = 0x02,

    /// <summary>A policy session; asked for as a capability, all saved sessions.</summary>
    PolicySession = 0x03,

    /// <summary>An NV index in memory outside the TPM.</summary>
    ExternalNv = 0x11,

    /// <summary>An NV index that is part of the TPM.</summary>
    PermanentNv = 0x12,

    /// <summary>A hierarchy or other permanent entity.</summary>
    Permanent = 0x40,

    /// <summary>A loaded object or a sequence.</summary>
    Transient = 0x80,

    /// <summary>A persistent object.</summary>
    Persistent = 0x81,

    /// <summary>An attached component.</summary>
    Ac = 0x90,
}

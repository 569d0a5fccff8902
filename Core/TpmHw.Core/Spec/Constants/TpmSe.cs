namespace TpmHw.Spec;

/// <summary>TPM_SE: kinds of sessions (Part 2, 6.11).</summary>
[TpmNames("TPM_SE_")]
public enum TpmSe : byte
{
    /// <summary>Authorises with an HMAC.</summary>
    Hmac = 0x00,

    /// <summary>Authorises with a policy.</summary>
    Policy = 0x01,

    /// <summary>Computes a policy digest and can't authorise.</summary>
    Trial = 0x03,
}

namespace TpmHw.Spec.Commands;

/// <summary>TPM2_Commit: the first half of an ECDAA signature (Part 3, 19.2).</summary>
/// <param name="SignHandle">The key.</param>
/// <param name="P1">The point M, or one of empty coordinates.</param>
/// <param name="S2">What the x of the base point is hashed from, or empty.</param>
/// <param name="Y2">The y of the base point, or empty.</param>
[TpmCommand(TpmCc.Commit)]
public readonly partial record struct Commit(
    [Handle(Auth.User)] TpmHandle SignHandle,
    [TpmName("P1")] Tpm2bEccPoint P1,
    [AllowedInClear("It is the basename of ECDAA, which the verifier knows too.")] Tpm2bSensitiveData S2,
    Tpm2bEccParameter Y2)
{
    /// <summary>What TPM2_Commit answers.</summary>
    /// <param name="K">The base point times the private key.</param>
    /// <param name="L">The base point times the ephemeral key.</param>
    /// <param name="E">M, or the generator, times the ephemeral key.</param>
    /// <param name="Counter">What the second half needs.</param>
    public readonly partial record struct Response([TpmName("K")] Tpm2bEccPoint K, [TpmName("L")] Tpm2bEccPoint L, [TpmName("E")] Tpm2bEccPoint E, ushort Counter);
}

/// <summary>TPM2_EC_Ephemeral: makes an ephemeral key for TPM2_ZGen_2Phase (Part 3, 19.3).</summary>
/// <param name="CurveId">The curve.</param>
[TpmCommand(TpmCc.EcEphemeral)]
public readonly partial record struct EcEphemeral([TpmName("curveID")] TpmEccCurve CurveId)
{
    /// <summary>What TPM2_EC_Ephemeral answers.</summary>
    /// <param name="Q">The public key.</param>
    /// <param name="Counter">What TPM2_ZGen_2Phase needs.</param>
    public readonly partial record struct Response([TpmName("Q")] Tpm2bEccPoint Q, ushort Counter);
}

namespace TpmHw.Spec.Commands;

/// <summary>TPM2_GetRandom: the next bytes of the TPM's random number generator (Part 3, 16.1).</summary>
/// <param name="BytesRequested">How many; the TPM gives at most as many as its largest digest has.</param>
[TpmCommand(TpmCc.GetRandom)]
public readonly partial record struct GetRandom(ushort BytesRequested)
{
    /// <summary>What TPM2_GetRandom answers.</summary>
    public readonly partial record struct Response(Tpm2bDigest RandomBytes);
}

namespace TpmHw.Spec.Commands;

/// <summary>TPM2_GetRandom: the next bytes of the TPM's random number generator (Part 3, 16.1).</summary>
/// <param name="BytesRequested">How many; the TPM gives at most as many as its largest digest has.</param>
[TpmCommand(TpmCc.GetRandom, Duration = CommandDuration.Prompt, Repeatable = true)]
public readonly partial record struct GetRandom(ushort BytesRequested)
{
    /// <summary>What TPM2_GetRandom answers.</summary>
    public readonly partial record struct Response([Secret] Tpm2bDigest RandomBytes);
}

/// <summary>TPM2_StirRandom: mixes data into the state of the random number generator (Part 3, 16.2).</summary>
/// <param name="InData">The data, at most 128 bytes.</param>
[TpmCommand(TpmCc.StirRandom, Repeatable = true)]
public readonly partial record struct StirRandom(Tpm2bSensitiveData InData);

namespace TpmHw.Spec.Commands;

/// <summary>TPM2_ReadPublic: the public area of a loaded object (Part 3, 12.4).</summary>
/// <param name="ObjectHandle">The object.</param>
[TpmCommand(TpmCc.ReadPublic)]
public readonly partial record struct ReadPublic([Handle] TpmHandle ObjectHandle)
{
    /// <summary>What TPM2_ReadPublic answers.</summary>
    /// <param name="OutPublic">The public area.</param>
    /// <param name="Name">The object's Name: the digest of its public area.</param>
    /// <param name="QualifiedName">The digest of the Names from the hierarchy down to the object.</param>
    public readonly partial record struct Response(Tpm2bPublic OutPublic, Tpm2bName Name, Tpm2bName QualifiedName);
}

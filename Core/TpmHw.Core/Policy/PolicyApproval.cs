using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>A signature over a policy's digest (Part 3, 23.16).</summary>
/// <param name="Key">The public area of the key.</param>
/// <param name="PolicyRef">The reference that was signed with the digest.</param>
/// <param name="Signature">The signature, made with the hash that is the key's name algorithm.</param>
public sealed record PolicyApproval(TpmtPublic Key, Tpm2bDigest PolicyRef, TpmtSignature Signature)
{
    /// <summary>The key's Name.</summary>
    public Tpm2bName KeyName => TpmName.Of(Key);
}

using TpmHw.Crypto;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>
/// Works out, without a TPM, the digest that policy commands leave in a session: what goes into an object's authPolicy.
/// The methods are named as the commands (Part 3, 23) and take what goes into the digest.
/// </summary>
public sealed class TpmPolicyDigest
{
    // The longest input: a digest, a code, and eight digests of TPM2_PolicyOR, or the Names of TPM2_PolicyDuplicationSelect.
    private const int MaxInput = 10 * TpmHash.MaxSize;

    private readonly byte[] _digest;

    /// <summary>Starts as a session does, with zeros.</summary>
    /// <param name="hashAlg">The policy's hash.</param>
    /// <exception cref="NotSupportedException">.NET has not got the hash.</exception>
    public TpmPolicyDigest(TpmAlgId hashAlg = TpmAlgId.Sha256)
    {
        HashAlg = hashAlg;
        _digest = new byte[TpmHash.SizeOf(hashAlg)];
    }

    /// <summary>Goes on from another.</summary>
    internal TpmPolicyDigest(TpmPolicyDigest before) => (HashAlg, _digest) = (before.HashAlg, [.. before._digest]);

    /// <summary>The policy's hash.</summary>
    public TpmAlgId HashAlg { get; }

    /// <summary>The digest so far.</summary>
    public Tpm2bDigest Value => _digest.AsSpan().ToArray();

    /// <summary>TPM2_PolicySigned: a signature by a key.</summary>
    public TpmPolicyDigest PolicySigned(Tpm2bName authObject, Tpm2bDigest policyRef = default) => Update(TpmCc.PolicySigned, authObject, policyRef);

    /// <summary>TPM2_PolicySecret: the authorisation of another entity.</summary>
    public TpmPolicyDigest PolicySecret(Tpm2bName authObject, Tpm2bDigest policyRef = default) => Update(TpmCc.PolicySecret, authObject, policyRef);

    /// <summary>TPM2_PolicySecret with a permanent entity, such as a hierarchy.</summary>
    public TpmPolicyDigest PolicySecret(TpmHandle authHandle, Tpm2bDigest policyRef = default) => PolicySecret(new TpmEntity(authHandle).Name, policyRef);

    /// <summary>TPM2_PolicyTicket: the same as the command that gave the ticket.</summary>
    /// <param name="tag">The ticket's tag.</param>
    /// <param name="authName">The Name of the key that signed, or of the entity whose secret it was.</param>
    /// <param name="policyRef">The reference that went with it.</param>
    /// <exception cref="ArgumentException">It is no ticket of an authorisation.</exception>
    public TpmPolicyDigest PolicyTicket(TpmSt tag, Tpm2bName authName, Tpm2bDigest policyRef = default) => tag switch
    {
        TpmSt.AuthSigned => PolicySigned(authName, policyRef),
        TpmSt.AuthSecret => PolicySecret(authName, policyRef),
        _ => throw new ArgumentException($"A ticket with the tag {tag.SpecName()} authorises nothing.", nameof(tag)),
    };

    /// <summary>
    /// TPM2_PolicyOR: any of some policies. Of more than the eight that the command takes, each eight make one, and so
    /// on; <see cref="PathThroughOr"/> gives the lists for the commands.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public TpmPolicyDigest PolicyOr(params IReadOnlyList<Tpm2bDigest> policies)
    {
        foreach (IReadOnlyList<Tpm2bDigest> level in PolicyOrTree.Path(HashAlg, policies, 0))
        {
            Restart().Extend(TpmCc.PolicyOr, parts: level);
        }

        return this;
    }

    /// <summary>The lists that TPM2_PolicyOR takes one after the other, once a session satisfies one of the policies.</summary>
    /// <param name="hashAlg">The policy's hash.</param>
    /// <param name="policies">All policies.</param>
    /// <param name="satisfied">Which of them the session satisfies.</param>
    public static IReadOnlyList<TpmlDigest> PathThroughOr(TpmAlgId hashAlg, IReadOnlyList<Tpm2bDigest> policies, int satisfied) =>
        [.. PolicyOrTree.Path(hashAlg, policies, satisfied).Select(TpmlDigest (level) => [.. level])];

    /// <summary>TPM2_PolicyPCR: some PCRs have these values.</summary>
    /// <param name="pcrs">The PCRs.</param>
    /// <param name="pcrDigest">The digest of their values, in the order of the selection, made with the policy's hash.</param>
    public TpmPolicyDigest PolicyPcr(TpmlPcrSelection pcrs, Tpm2bDigest pcrDigest)
    {
        Span<byte> selection = stackalloc byte[MaxInput];
        var writer = new TpmWriter(selection);
        pcrs.Write(ref writer);
        return Extend(TpmCc.PolicyPcr, writer.Written, pcrDigest.Span);
    }

    /// <summary>TPM2_PolicyLocality: one of some localities.</summary>
    public TpmPolicyDigest PolicyLocality(TpmaLocality locality) => Extend(TpmCc.PolicyLocality, [(byte)locality]);

    /// <summary>TPM2_PolicyNV: what an NV index holds compares so.</summary>
    public TpmPolicyDigest PolicyNv(Tpm2bName nvIndex, Tpm2bDigest operandB, ushort offset, TpmEo operation) =>
        Extend(TpmCc.PolicyNv, Comparison(operandB, offset, operation).Span, nvIndex.Span);

    /// <summary>TPM2_PolicyCounterTimer: the TPM's times and counters compare so.</summary>
    public TpmPolicyDigest PolicyCounterTimer(Tpm2bDigest operandB, ushort offset, TpmEo operation) =>
        Extend(TpmCc.PolicyCounterTimer, Comparison(operandB, offset, operation).Span);

    /// <summary>TPM2_PolicyCapability: a property of the TPM compares so.</summary>
    public TpmPolicyDigest PolicyCapability(Tpm2bDigest operandB, ushort offset, TpmEo operation, TpmCap capability, uint property)
    {
        Span<byte> which = stackalloc byte[2 * sizeof(uint)];
        var writer = new TpmWriter(which);
        writer.WriteUInt32((uint)capability);
        writer.WriteUInt32(property);
        return Extend(TpmCc.PolicyCapability, Comparison(operandB, offset, operation, which).Span);
    }

    /// <summary>TPM2_PolicyCommandCode: one command only.</summary>
    public TpmPolicyDigest PolicyCommandCode(TpmCc code)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        new TpmWriter(bytes).WriteUInt32((uint)code);
        return Extend(TpmCc.PolicyCommandCode, bytes);
    }

    /// <summary>TPM2_PolicyPhysicalPresence: somebody is there.</summary>
    public TpmPolicyDigest PolicyPhysicalPresence() => Extend(TpmCc.PolicyPhysicalPresence);

    /// <summary>TPM2_PolicyCpHash: one command with one set of handles and parameters.</summary>
    public TpmPolicyDigest PolicyCpHash(Tpm2bDigest cpHashA) => Extend(TpmCc.PolicyCpHash, cpHashA.Span);

    /// <summary>TPM2_PolicyNameHash: one set of handles.</summary>
    public TpmPolicyDigest PolicyNameHash(Tpm2bDigest nameHash) => Extend(TpmCc.PolicyNameHash, nameHash.Span);

    /// <summary>TPM2_PolicyTemplate: one template for a new object.</summary>
    public TpmPolicyDigest PolicyTemplate(Tpm2bDigest templateHash) => Extend(TpmCc.PolicyTemplate, templateHash.Span);

    /// <summary>TPM2_PolicyParameters: one set of parameters.</summary>
    public TpmPolicyDigest PolicyParameters(Tpm2bDigest pHash) => Extend(TpmCc.PolicyParameters, pHash.Span);

    /// <summary>TPM2_PolicyDuplicationSelect: duplication to one new parent.</summary>
    public TpmPolicyDigest PolicyDuplicationSelect(Tpm2bName objectName, Tpm2bName newParentName, bool includeObject) => Extend(
        TpmCc.PolicyDuplicationSelect, includeObject ? objectName.Span : default, newParentName.Span, [includeObject ? (byte)1 : (byte)0]);

    /// <summary>TPM2_PolicyAuthorize: whatever policy a key approves of. What was before doesn't count.</summary>
    public TpmPolicyDigest PolicyAuthorize(Tpm2bName keySign, Tpm2bDigest policyRef = default) => Restart().Update(TpmCc.PolicyAuthorize, keySign, policyRef);

    /// <summary>TPM2_PolicyAuthorizeNV: whatever policy an NV index holds. What was before doesn't count.</summary>
    public TpmPolicyDigest PolicyAuthorizeNv(Tpm2bName nvIndex) => Restart().Extend(TpmCc.PolicyAuthorizeNv, nvIndex.Span);

    /// <summary>TPM2_PolicyAuthValue: the object's own authorisation value, in an HMAC.</summary>
    public TpmPolicyDigest PolicyAuthValue() => Extend(TpmCc.PolicyAuthValue);

    /// <summary>TPM2_PolicyPassword: the object's own authorisation value, in clear. The digest is TPM2_PolicyAuthValue's.</summary>
    public TpmPolicyDigest PolicyPassword() => PolicyAuthValue();

    /// <summary>TPM2_PolicyNvWritten: an NV index was written, or never was.</summary>
    public TpmPolicyDigest PolicyNvWritten(bool writtenSet) => Extend(TpmCc.PolicyNvWritten, [writtenSet ? (byte)1 : (byte)0]);

    /// <summary>TPM2_PolicyRestart: all over again.</summary>
    public TpmPolicyDigest PolicyRestart() => Restart();

    /// <summary>The digest in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexString(_digest);

    private TpmPolicyDigest Restart()
    {
        _digest.AsSpan().Clear();
        return this;
    }

    /// <summary>PolicyUpdate (Part 3, 23.2.3): the reference has a round of its own, be it empty.</summary>
    private TpmPolicyDigest Update(TpmCc code, Tpm2bName name, Tpm2bDigest policyRef)
    {
        Extend(code, name.Span);
        Span<byte> input = stackalloc byte[MaxInput];
        var writer = new TpmWriter(input);
        writer.WriteBytes(_digest);
        writer.WriteBytes(policyRef.Span);
        TpmHash.Hash(HashAlg, writer.Written, _digest);
        return this;
    }

    private TpmPolicyDigest Extend(
        TpmCc code, ReadOnlySpan<byte> first = default, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default, IReadOnlyList<Tpm2bDigest>? parts = null)
    {
        Span<byte> input = stackalloc byte[MaxInput];
        var writer = new TpmWriter(input);
        writer.WriteBytes(_digest);
        writer.WriteUInt32((uint)code);
        writer.WriteBytes(first);
        writer.WriteBytes(second);
        writer.WriteBytes(third);
        foreach (Tpm2bDigest part in parts ?? [])
        {
            writer.WriteBytes(part.Span);
        }

        TpmHash.Hash(HashAlg, writer.Written, _digest);
        return this;
    }

    private Tpm2bDigest Comparison(Tpm2bDigest operandB, ushort offset, TpmEo operation, ReadOnlySpan<byte> which = default)
    {
        Span<byte> input = stackalloc byte[MaxInput];
        var writer = new TpmWriter(input);
        writer.WriteBytes(operandB.Span);
        writer.WriteUInt16(offset);
        writer.WriteUInt16((ushort)operation);
        writer.WriteBytes(which);
        byte[] digest = new byte[_digest.Length];
        TpmHash.Hash(HashAlg, writer.Written, digest);
        return digest;
    }
}

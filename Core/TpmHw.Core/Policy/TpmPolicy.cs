using System.Collections;
using System.Runtime.CompilerServices;
using TpmHw.Policy;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>
/// A policy: what must hold, one element after the other (Part 1, 19.7), each of them a command of Part 3, 23. It is a
/// value without a TPM: <see cref="Digest"/> is what goes into an object's authPolicy, and <see cref="PolicyTasks.Satisfy"/> makes
/// the session that uses the object. It is written as a list, as in <c>TpmPolicy policy = [new PolicyAuthValue()];</c>
/// </summary>
[CollectionBuilder(typeof(TpmPolicy), nameof(Of))]
public sealed partial class TpmPolicy : IReadOnlyList<PolicyElement>
{
    private readonly PolicyElement[] _elements;

    private TpmPolicy(PolicyElement[] elements)
    {
        foreach (PolicyElement element in elements)
        {
            ArgumentNullException.ThrowIfNull(element, nameof(elements));
        }

        if (Array.FindIndex(elements, e => e.StartsOver) is > 0 and int late)
        {
            throw new ArgumentException($"What comes before {elements[late].Command.CommandName()} doesn't count (Part 3, 23.16): put it first, or into the policy that is approved.", nameof(elements));
        }

        _elements = elements;
    }

    /// <summary>What it is for, in words; empty where nobody said.</summary>
    public string Description { get; init; } = "";

    /// <summary>Signatures by which holders of keys approve of it, for <see cref="PolicyAuthorize"/>.</summary>
    public IReadOnlyList<PolicyApproval> Approvals { get; init; } = [];

    /// <summary>How many elements it has.</summary>
    public int Count => _elements.Length;

    /// <summary>One element.</summary>
    public PolicyElement this[int index] => _elements[index];

    /// <summary>A policy of one element.</summary>
    public static implicit operator TpmPolicy(PolicyElement element) => Of(element);

    /// <summary>A policy of some elements, all of which must hold.</summary>
    /// <exception cref="ArgumentException">An element comes after others that would not count with it.</exception>
    public static TpmPolicy Of(params ReadOnlySpan<PolicyElement> elements) => new(elements.ToArray());

    /// <summary>Its digest, worked out without a TPM.</summary>
    /// <param name="hashAlg">The hash of the session that will satisfy it, which is the name algorithm of the object that has it.</param>
    /// <exception cref="NotSupportedException">.NET has not got the hash.</exception>
    public Tpm2bDigest Digest(TpmAlgId hashAlg = TpmAlgId.Sha256)
    {
        var digest = new TpmPolicyDigest(hashAlg);
        Extend(digest);
        return digest.Value;
    }

    /// <summary>The same policy, approved by the holder of a key: a <see cref="PolicyAuthorize"/> with that key takes it.</summary>
    /// <param name="signer">The key.</param>
    /// <param name="policyRef">The reference that the <see cref="PolicyAuthorize"/> has.</param>
    /// <param name="hashAlg">The hash of the session that will satisfy it.</param>
    public TpmPolicy ApprovedBy(PolicySigner signer, Tpm2bDigest policyRef = default, TpmAlgId hashAlg = TpmAlgId.Sha256)
    {
        ArgumentNullException.ThrowIfNull(signer);
        TpmtSignature signature = signer.SignOver([.. Digest(hashAlg).Span, .. policyRef.Span], signer.Key.NameAlg);
        return new(_elements) { Description = Description, Approvals = [.. Approvals, new(signer.Key, policyRef, signature)] };
    }

    /// <summary>Goes through the elements.</summary>
    public IEnumerator<PolicyElement> GetEnumerator() => ((IEnumerable<PolicyElement>)_elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _elements.GetEnumerator();

    /// <summary>Its elements, in words.</summary>
    public override string ToString() => string.Join(", ", (object[])_elements);

    internal void Extend(TpmPolicyDigest digest)
    {
        foreach (PolicyElement element in _elements)
        {
            element.Extend(digest);
        }
    }
}

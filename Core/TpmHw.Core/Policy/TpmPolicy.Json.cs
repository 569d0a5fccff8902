using TpmHw.Policy.Json;
using TpmHw.Spec;

namespace TpmHw;

public sealed partial class TpmPolicy
{
    internal TpmPolicy(TpmPolicy other) => (_elements, Description, Approvals) = (other._elements, other.Description, other.Approvals);

    /// <summary>Reads a policy in TCG's JSON policy language, as tpm2-tss writes and takes it.</summary>
    /// <param name="json">The policy.</param>
    /// <param name="tpm">The TPM that is asked where the policy means the values that PCRs have now, or an NV index by its handle alone.</param>
    /// <param name="resolve">What a path in a key store stands for: a <see cref="TpmObject"/>, a <see cref="TpmNvIndex"/>, or a hierarchy.</param>
    /// <exception cref="TpmFormatException">It is no such policy; the message says where.</exception>
    public static TpmPolicy FromJson(string json, Tpm2? tpm = null, Func<string, TpmEntity?>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new PolicyJsonReader(tpm, resolve).Read(json);
    }

    /// <summary>Writes it in TCG's JSON policy language. Keys are written with their public areas, not as paths.</summary>
    /// <param name="hashes">The hashes whose digests are written with it.</param>
    public string ToJson(params ReadOnlySpan<TpmAlgId> hashes) => PolicyJsonWriter.Write(this, hashes);
}

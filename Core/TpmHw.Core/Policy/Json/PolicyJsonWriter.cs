using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TpmHw.Spec;

namespace TpmHw.Policy.Json;

/// <summary>Writes policies.</summary>
internal static class PolicyJsonWriter
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(TpmPolicy policy, ReadOnlySpan<TpmAlgId> hashes)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, s_options))
        {
            json.WriteStartObject();
            json.WriteString("description", policy.Description);
            if (hashes.Length > 0)
            {
                json.WriteStartArray("policyDigests");
                foreach (TpmAlgId hash in hashes)
                {
                    json.WriteStartObject();
                    json.Write("hashAlg", hash);
                    json.Write("digest", policy.Digest(hash).Span);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            WriteApprovals(json, policy.Approvals);
            WriteElements(json, policy);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    public static void WriteBranches(Utf8JsonWriter json, IReadOnlyList<PolicyBranch> branches)
    {
        json.WriteStartArray("branches");
        foreach (PolicyBranch branch in branches)
        {
            json.WriteStartObject();
            json.WriteString("name", branch.Name);
            json.WriteString("description", branch.Description);
            WriteElements(json, branch.Policy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WritePcrs(Utf8JsonWriter json, IReadOnlyList<PolicyPcrValue> values)
    {
        json.WriteStartArray("pcrs");
        foreach (PolicyPcrValue value in values)
        {
            json.WriteStartObject();
            json.WriteNumber("pcr", value.Pcr);
            json.Write("hashAlg", value.Bank);
            json.Write("digest", value.Value.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteNameHash(Utf8JsonWriter json, PolicyNameHash element)
    {
        if (element.Names.Count == 0)
        {
            json.Write("nameHash", element.NameHash(default).Span);
            return;
        }

        json.WriteStartArray("objectNames");
        foreach (Tpm2bName name in element.Names)
        {
            json.WriteStringValue(Convert.ToHexStringLower(name.Span));
        }

        json.WriteEndArray();
    }

    private static void WriteApprovals(Utf8JsonWriter json, IReadOnlyList<PolicyApproval> approvals)
    {
        if (approvals.Count == 0)
        {
            return;
        }

        json.WriteStartArray("policyAuthorizations");
        foreach (PolicyApproval approval in approvals)
        {
            json.WriteStartObject();
            json.WriteString("type", "tpm");
            json.Write("key", approval.Key);
            json.Write("policyRef", approval.PolicyRef.Span);
            json.Write("signature", approval.Signature);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteElements(Utf8JsonWriter json, TpmPolicy policy)
    {
        json.WriteStartArray("policy");
        foreach (PolicyElement element in policy)
        {
            PolicyJsonRow row = PolicyJsonRow.Of(element);
            json.WriteStartObject();
            json.WriteString("type", $"POLICY{row.Name}");
            row.Write(element, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

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
                WriteObjects(json, "policyDigests", hashes.ToArray(), hash =>
                {
                    json.Write("hashAlg", hash);
                    json.Write("digest", policy.Digest(hash).Span);
                });
            }

            WriteApprovals(json, policy.Approvals);
            WriteElements(json, policy);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    public static void WriteBranches(Utf8JsonWriter json, IReadOnlyList<PolicyBranch> branches) => WriteObjects(json, "branches", branches, branch =>
    {
        json.WriteString("name", branch.Name);
        json.WriteString("description", branch.Description);
        WriteElements(json, branch.Policy);
    });

    public static void WritePcrs(Utf8JsonWriter json, IReadOnlyList<PolicyPcrValue> values) => WriteObjects(json, "pcrs", values, value =>
    {
        json.WriteNumber("pcr", value.Pcr);
        json.Write("hashAlg", value.Bank);
        json.Write("digest", value.Value.Span);
    });

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

        WriteObjects(json, "policyAuthorizations", approvals, approval =>
        {
            json.WriteString("type", "tpm");
            json.Write("key", approval.Key);
            json.Write("policyRef", approval.PolicyRef.Span);
            json.Write("signature", approval.Signature);
        });
    }

    private static void WriteElements(Utf8JsonWriter json, TpmPolicy policy) => WriteObjects(json, "policy", policy, element =>
    {
        PolicyJsonRow row = PolicyJsonRow.Of(element);
        json.WriteString("type", $"POLICY{row.Name}");
        row.Write(element, json);
    });

    private static void WriteObjects<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> writeFields)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            writeFields(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

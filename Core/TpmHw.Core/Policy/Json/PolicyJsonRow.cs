using System.Text.Json;
using TpmHw.Spec;

namespace TpmHw.Policy.Json;

/// <summary>What an element of a policy is in TCG's JSON policy language.</summary>
/// <param name="Name">Its type there, without "POLICY".</param>
/// <param name="Element">The element.</param>
/// <param name="Read">Reads its fields.</param>
/// <param name="Write">Writes its fields.</param>
internal sealed record PolicyJsonRow(string Name, Type Element, Func<JsonAt, PolicyJsonReader, PolicyElement> Read, Action<PolicyElement, Utf8JsonWriter> Write)
{
    /// <summary>One row per element.</summary>
    public static IReadOnlyList<PolicyJsonRow> All { get; } =
    [
        Row<PolicyOr>(
            "OR",
            static (at, reader) => new PolicyOr(at["branches"].Items().Select(b => new PolicyBranch(b["name"].Text(), reader.Elements(b["policy"])) { Description = b.Find("description")?.Text() ?? "" })),
            static (e, json) => PolicyJsonWriter.WriteBranches(json, e.Branches)),
        Row<PolicySigned>(
            "SIGNED",
            static (at, reader) => new PolicySigned(reader.Key(at, "keyPath"), PolicyRef(at)) { KeyHint = at.Find("publicKeyHint")?.Text() ?? "" },
            static (e, json) =>
            {
                WriteRef(json, e.PolicyRef);
                json.Write("keyPublic", e.Key);
                json.Write("publicKey", e.KeyName.Span); // tpm2-tss 4 wants it with keyPublic; 3.2 takes neither
                if (e.KeyHint.Length > 0)
                {
                    json.WriteString("publicKeyHint", e.KeyHint);
                }
            }),
        Row<PolicySecret>(
            "SECRET",
            static (at, reader) => at.OneOf("objectPath", "objectName") is var (name, value) && name == "objectName"
                ? new PolicySecret(value.Name(), PolicyRef(at))
                : new PolicySecret(reader.Entity(at["objectPath"]), PolicyRef(at)),
            static (e, json) =>
            {
                WriteRef(json, e.PolicyRef);
                json.Write("objectName", e.Entity.Span);
            }),
        Row<PolicyPcr>("PCR", static (at, reader) => reader.Pcrs(at), static (e, json) => PolicyJsonWriter.WritePcrs(json, e.Values)),
        Row<PolicyLocality>("LOCALITY", static (at, _) => new PolicyLocality(at["locality"].Locality()), static (e, json) => json.Write("locality", e.Locality)),
        Row<PolicyNv>(
            "NV",
            static (at, reader) => new PolicyNv(reader.NvIndex(at), at["operandB"].Digest(), Operation(at), Offset(at)),
            static (e, json) =>
            {
                json.WriteNumber("nvIndex", e.Index.NvIndex.Value);
                json.Write("nvPublic", e.Index);
                WriteComparison(json, e.OperandB, e.Operation, e.Offset);
            }),
        Row<PolicyCounterTimer>(
            "COUNTERTIMER",
            static (at, _) => new PolicyCounterTimer(at["operandB"].Digest(), at["operation"].Constant(JsonNames.Comparisons), Offset(at)),
            static (e, json) => WriteComparison(json, e.OperandB, e.Operation, e.Offset)),
        Row<PolicyCommandCode>(
            "COMMANDCODE",
            static (at, _) => new PolicyCommandCode(at["code"].Constant(JsonNames.Commands)),
            static (e, json) => json.WriteString("code", JsonNames.Commands.Of(e.Code))),
        Row<PolicyPhysicalPresence>("PHYSICALPRESENCE", static (_, _) => new PolicyPhysicalPresence(), static (_, _) => { }),
        Row<PolicyCpHash>("CPHASH", static (at, _) => new PolicyCpHash(at["cpHash"].Digest()), static (e, json) => json.Write("cpHash", e.CpHash.Span)),
        Row<PolicyNameHash>("NAMEHASH", static (at, reader) => reader.NameHash(at), static (e, json) => PolicyJsonWriter.WriteNameHash(json, e)),
        Row<PolicyDuplicationSelect>(
            "DUPLICATIONSELECT",
            static (at, reader) => reader.DuplicationSelect(at),
            static (e, json) =>
            {
                json.Write("objectName", e.Object.Span);
                json.Write("newParentName", e.NewParent.Span);
                json.WriteString("includeObject", e.IncludeObject ? "YES" : "NO");
            }),
        Row<PolicyAuthorize>(
            "AUTHORIZE",
            static (at, reader) => new PolicyAuthorize(reader.Key(at, "keyPath"), PolicyRef(at)),
            static (e, json) =>
            {
                WriteRef(json, e.PolicyRef);
                json.Write("keyPublic", e.Key);
            }),
        Row<PolicyAuthValue>("AUTHVALUE", static (_, _) => new PolicyAuthValue(), static (_, _) => { }),
        Row<PolicyPassword>("PASSWORD", static (_, _) => new PolicyPassword(), static (_, _) => { }),
        Row<PolicyNvWritten>(
            "NVWRITTEN",
            static (at, _) => new PolicyNvWritten(at.Find("writtenSet")?.YesNo() ?? true),
            static (e, json) => json.WriteString("writtenSet", e.WrittenSet ? "YES" : "NO")),
        Row<PolicyTemplate>(
            "TEMPLATE",
            static (at, _) => at.OneOf("templateHash", "templatePublic") is var (name, value) && name == "templateHash" ? new(value.Digest()) : new PolicyTemplate(at["templatePublic"].PublicArea()),
            static (e, json) =>
            {
                if (e.Template is { } template)
                {
                    json.Write("templatePublic", template);
                }
                else
                {
                    json.Write("templateHash", e.TemplateHash(default).Span);
                }
            }),
        Row<PolicyAuthorizeNv>("AUTHORIZENV", static (at, reader) => new PolicyAuthorizeNv(reader.NvIndex(at)), static (e, json) => json.Write("nvPublic", e.Index)),
        Row<PolicyAction>("ACTION", static (at, _) => new PolicyAction(at["action"].Text()), static (e, json) => json.WriteString("action", e.Action)),

        // Not in the language, which is older than these commands; named as it would.
        Row<PolicyParameters>("PARAMETERS", static (at, _) => new PolicyParameters(at["pHash"].Digest()), static (e, json) => json.Write("pHash", e.ParametersHash.Span)),
        Row<PolicyCapability>(
            "CAPABILITY",
            static (at, _) => new PolicyCapability(
                at["capability"].Constant(JsonNames.Capabilities), (uint)at["property"].Number(uint.MaxValue), at["operandB"].Digest(), Operation(at), Offset(at)),
            static (e, json) =>
            {
                json.WriteString("capability", JsonNames.Capabilities.Of(e.Capability));
                json.WriteNumber("property", e.Property);
                WriteComparison(json, e.OperandB, e.Operation, e.Offset);
            }),
    ];

    /// <summary>The row of an element's type: "POLICYPCR", "PolicyPCR" and "pcr" are the same.</summary>
    public static PolicyJsonRow? Find(string type)
    {
        string name = type.StartsWith("POLICY", StringComparison.OrdinalIgnoreCase) ? type["POLICY".Length..] : type;
        return All.FirstOrDefault(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    public static PolicyJsonRow Of(PolicyElement element) => All.First(row => row.Element == element.GetType());

    private static PolicyJsonRow Row<T>(string name, Func<JsonAt, PolicyJsonReader, T> read, Action<T, Utf8JsonWriter> write)
        where T : PolicyElement => new(name, typeof(T), read, (element, json) => write((T)element, json));

    private static Tpm2bDigest PolicyRef(JsonAt at) => at.Find("policyRef")?.Digest() ?? default;

    private static TpmEo Operation(JsonAt at) => at.Find("operation")?.Constant(JsonNames.Comparisons) ?? TpmEo.Eq;

    private static ushort Offset(JsonAt at) => (ushort)(at.Find("offset")?.Number(ushort.MaxValue) ?? 0);

    private static void WriteRef(Utf8JsonWriter json, Tpm2bDigest policyRef)
    {
        if (policyRef.Size > 0)
        {
            json.Write("policyRef", policyRef.Span);
        }
    }

    private static void WriteComparison(Utf8JsonWriter json, Tpm2bDigest operandB, TpmEo operation, ushort offset)
    {
        json.Write("operandB", operandB.Span);
        json.WriteNumber("offset", offset);
        json.WriteString("operation", JsonNames.Comparisons.Of(operation));
    }
}

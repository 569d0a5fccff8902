using System.Runtime.CompilerServices;
using TpmHw.Spec;

namespace TpmHw.Policy.Json;

/// <summary>The names of constants in JSON: the specification's, with or without their prefixes, in any case.</summary>
internal sealed class JsonNames<T>
    where T : struct, Enum
{
    private readonly string[] _prefixes;
    private readonly Dictionary<string, T> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<T, string> _byValue = [];

    public JsonNames(Func<T, string?> specName, params string[] prefixes)
    {
        _prefixes = prefixes;
        foreach (T value in Enum.GetValues<T>())
        {
            if (specName(value) is { } name)
            {
                _byName.TryAdd(Strip(name), value);
                _byValue.TryAdd(value, Strip(name));
            }
        }
    }

    public ulong Max { get; } = ulong.MaxValue >> (64 - 8 * Unsafe.SizeOf<T>());

    /// <summary>The flags, without prefixes.</summary>
    public IEnumerable<(T Value, string Name)> Flags => _byValue.Where(pair => NumberOf(pair.Key) != 0).Select(pair => (pair.Key, pair.Value));

    public static ulong NumberOf(T value) => Convert.ToUInt64(value, null);

    public T? Find(string name) => _byName.TryGetValue(Strip(name), out T value) ? value : null;

    public static T Of(ulong number) => (T)Enum.ToObject(typeof(T), number);

    public string Of(T value) => _byValue.TryGetValue(value, out string? name) ? name : $"{NumberOf(value)}";

    private string Strip(string name)
    {
        foreach (string prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                name = name[prefix.Length..];
            }
        }

        return name;
    }
}

/// <summary>The constants of policies.</summary>
internal static class JsonNames
{
    public static readonly JsonNames<TpmAlgId> Algorithms = new(static v => v.SpecName(), "TPM_", "TPM2_", "ALG_", "ID_");
    public static readonly JsonNames<TpmEccCurve> Curves = new(static v => v.SpecName(), "TPM_", "TPM2_", "ECC_", "CURVE_");
    public static readonly JsonNames<TpmCc> Commands = new(static v => v.SpecName(), "TPM_", "TPM2_", "CC_");
    public static readonly JsonNames<TpmEo> Comparisons = new(static v => v.SpecName(), "TPM_", "TPM2_", "EO_");
    public static readonly JsonNames<TpmCap> Capabilities = new(static v => v.SpecName(), "TPM_", "TPM2_", "CAP_");
    public static readonly JsonNames<TpmNt> NvTypes = new(static v => v.SpecName(), "TPM_", "TPM2_", "NT_");
    public static readonly JsonNames<TpmaNvFlags> NvFlags = new(static v => v.SpecName(), "TPM_", "TPM2_", "TPMA_", "NV_");
    public static readonly JsonNames<TpmaObject> ObjectFlags = new(static v => v.SpecName(), "TPM_", "TPM2_", "TPMA_", "OBJECT_");
    public static readonly JsonNames<TpmaLocality> Localities = new(static v => v.SpecName(), "TPM_", "TPM2_", "TPMA_", "LOCALITY_", "LOC_");
}

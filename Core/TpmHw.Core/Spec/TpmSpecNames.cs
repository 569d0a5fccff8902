namespace TpmHw.Spec;

/// <summary>The names of constants as the specification writes them, such as TPM_CC_PCR_Read or TPM_ALG_SHA256.</summary>
public static partial class TpmSpecNames
{
    /// <summary>A command's name as its clause in Part 3 is headed, such as TPM2_PCR_Read; a number where it has none.</summary>
    public static string CommandName(this TpmCc code) =>
        code.SpecName() is { } name ? string.Concat("TPM2_", name.AsSpan("TPM_CC_".Length)) : $"0x{(uint)code:X8}";

    /// <summary>The names of the bits that are set; of one that has none, its number.</summary>
    internal static string Join(ulong bits, Func<ulong, string?> nameOf)
    {
        var names = new List<string>();
        for (int i = 0; i < 64; i++)
        {
            if ((bits >> i & 1) != 0)
            {
                names.Add(nameOf(1ul << i) ?? $"bit {i}");
            }
        }

        return names.Count == 0 ? "0" : string.Join(" | ", names);
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TpmHw.Spec;

namespace TpmHw.Cli;

/// <summary>The specification's names and numbers as users of tpm2-tools write and read them.</summary>
internal static class SpecText
{
    private const string Prefix = "TPM_";
    private const string AlgorithmPrefix = "TPM_ALG_";

    /// <summary>A constant's name as tpm2-tss spells it: TPM2_PT_LEVEL.</summary>
    public static string Tss(string specName) => "TPM2_" + specName[Prefix.Length..];

    /// <summary>An algorithm's name: sha256.</summary>
    public static string Algorithm(TpmAlgId algorithm) =>
        algorithm.SpecName() is { } name ? name[AlgorithmPrefix.Length..].ToLowerInvariant() : Unknown((uint)algorithm);

    /// <summary>A constant without a name.</summary>
    public static string Unknown(uint value) => "unknown" + value.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Four characters in a number, up to the first zero, as TPM_PT_MANUFACTURER has them.</summary>
    public static string Characters(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        int end = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }
}

using TpmHw.Cli.Output;
using TpmHw.Spec;

namespace TpmHw.Cli.Info;

/// <summary>What is told of the protection of commands on their way to the TPM.</summary>
internal static class BusReport
{
    /// <summary>Adds it to what a person reads.</summary>
    public static Page Bus(this Page page, BusProtection bus) => page
        .Heading("Bus")
        .Row("protection", Words(bus.Level))
        .Row("key", bus.Key is { } key ? Describe(key) : null)
        .Row("its Name", bus.KeyName?.ToString().ToLowerInvariant())
        .Row("certificate", bus.CertificateSubject);

    /// <summary>Adds it to what a program reads.</summary>
    public static void Write(BusProtection bus, DocumentWriter document)
    {
        document.BeginMap("bus");
        document.Text("protection", Enum.GetName(bus.Level)!.ToLowerInvariant());
        document.Text("key_type", bus.Key is { } key ? SpecText.Algorithm(key.Type) : null);
        document.Text("key_size", bus.Key is { } same ? Size(same) : null);
        document.Text("key_name", bus.KeyName?.ToString().ToLowerInvariant());
        document.Text("certificate_subject", bus.CertificateSubject);
        document.EndMap();
    }

    private static string Words(BusProtectionLevel level) => level switch
    {
        BusProtectionLevel.Verified => "verified: the TPM's maker has certified its key",
        BusProtectionLevel.Pinned => "pinned: the TPM has the key that is remembered",
        BusProtectionLevel.Unverified => "unverified: safe from listeners; nothing has told so far whether this is the right TPM (--trust; --pin from the second run on)",
        _ => "off: commands don't leave this process, or protection was declined",
    };

    private static string Describe(TpmtPublic key) => $"{SpecText.Algorithm(key.Type)} {Size(key)}".TrimEnd();

    /// <summary>Bits of an RSA key, the curve of an elliptic one.</summary>
    private static string? Size(TpmtPublic key) => key.Parameters switch
    {
        TpmuPublicParms.Rsa rsa => rsa.KeyBits.ToString(System.Globalization.CultureInfo.InvariantCulture),
        TpmuPublicParms.Ecc ecc => ecc.CurveId.SpecName()?["TPM_ECC_".Length..] ?? SpecText.Unknown((uint)ecc.CurveId),
        _ => null,
    };
}

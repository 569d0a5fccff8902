using System.Security.Cryptography.X509Certificates;

namespace TpmHw.Endorsement;

/// <summary>What certificates say, in messages. Anyone may have written it, so it is kept short and on one line.</summary>
internal static class CertificateText
{
    private const int MaxLength = 120;

    /// <summary>A distinguished name.</summary>
    public static string Of(X500DistinguishedName name) => Clean(name.Name) is { Length: > 0 } text ? text : "(no name)";

    /// <summary>Whom a certificate is about: its subject; without one the TPM's manufacturer, model and version, or the serial number.</summary>
    public static string SubjectOf(X509Certificate2 certificate) =>
        Clean(certificate.SubjectName.Name) is { Length: > 0 } subject ? subject
        : TpmNames.Read(certificate) is { } names ? Clean(names)
        : $"serial number {certificate.SerialNumber}";

    private static string Clean(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)).Trim();
        return clean.Length <= MaxLength ? clean : $"{clean[..MaxLength]}…";
    }
}

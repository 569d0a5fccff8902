using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TpmHw;

/// <summary>Reads the certificates of TPM makers from files.</summary>
public static class EndorsementTrustFiles
{
    private const string PemStart = "-----BEGIN CERTIFICATE-----";

    private static readonly string[] s_endings = [".pem", ".crt", ".cer", ".der"];

    extension(EndorsementTrust)
    {
        /// <summary>
        /// Reads certificates: those that are issued by themselves are <see cref="EndorsementTrust.Roots"/>, all others
        /// <see cref="EndorsementTrust.Intermediates"/>.
        /// </summary>
        /// <param name="path">A file, of which PEM may have many certificates and DER has one, or a folder with such files: .pem, .crt, .cer or .der.</param>
        /// <exception cref="TpmTrustException">A file can't be read or has no certificate, or no certificate is a root.</exception>
        public static EndorsementTrust Load(string path)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            var roots = new X509Certificate2Collection();
            var others = new X509Certificate2Collection();
            foreach (string file in Files(path))
            {
                foreach (X509Certificate2 certificate in Read(file))
                {
                    (IsRoot(certificate) ? roots : others).Add(certificate);
                }
            }

            return roots.Count > 0 ? new(roots, others) : throw new TpmTrustException(
                $"'{path}' has no root certificate of a TPM's maker: {(others.Count == 0 ? "it has none at all" : "none of its certificates is issued by itself")}.",
                "The maker of the TPM publishes its root certificates. Put them there, and the intermediate ones that the TPM does not have itself.");
        }
    }

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string[] Files(string path) => Try(path, () => Directory.Exists(path)
        ? [.. Directory.GetFiles(path).Where(static f => s_endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)]
        : new[] { path });

    private static X509Certificate2Collection Read(string file) => Try(file, () =>
    {
        byte[] bytes = File.ReadAllBytes(file);
        string text = System.Text.Encoding.UTF8.GetString(bytes);
        var found = new X509Certificate2Collection();
        if (text.Contains(PemStart, StringComparison.Ordinal))
        {
            found.ImportFromPem(text);
        }
        else
        {
            found.Add(X509CertificateLoader.LoadCertificate(bytes));
        }

        return found;
    });

    private static T Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TpmTrustException($"The certificates in '{path}' can't be read: {e.Message}", "Check the path, and that you may read there.", e);
        }
        catch (CryptographicException e)
        {
            throw new TpmTrustException($"'{path}' has no certificate that can be understood: {e.Message}", "It takes certificates as PEM or DER.", e);
        }
    }
}

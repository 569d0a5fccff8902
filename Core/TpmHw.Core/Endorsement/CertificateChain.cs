using System.Security.Cryptography.X509Certificates;

namespace TpmHw.Endorsement;

/// <summary>
/// Whether an endorsement certificate was issued below one of the roots. The certificate itself is checked here, and .NET's
/// chain begins with its issuer: OpenSSL gives up on keys of the type id-RSAES-OAEP, which chips have, and systems disagree
/// on critical extensions of TCG's.
/// </summary>
internal static class CertificateChain
{
    private const string NameConstraints = "2.5.29.30";

    /// <summary>Why a certificate is not issued below one of the roots, in words, or null if it is.</summary>
    public static string? Objection(X509Certificate2 certificate, EndorsementTrust trust, IReadOnlyCollection<X509Certificate2> fromTpm)
    {
        string? objection = null;
        foreach (X509Certificate2 issuer in Authorities(trust, fromTpm).Where(a => AreSame(a.SubjectName, certificate.IssuerName)))
        {
            objection = CertificateSignature.Objection(certificate, issuer) ?? IssuerObjection(issuer, trust, fromTpm);
            if (objection is null)
            {
                return null;
            }
        }

        return objection ?? $"the certificate of its issuer is missing: {CertificateText.Of(certificate.IssuerName)}";
    }

    private static IEnumerable<X509Certificate2> Authorities(EndorsementTrust trust, IReadOnlyCollection<X509Certificate2> fromTpm) =>
        [.. trust.Roots, .. trust.Intermediates ?? [], .. fromTpm];

    // The same name may be encoded in more than one way (RFC 5280, 7.1).
    private static bool AreSame(X500DistinguishedName a, X500DistinguishedName b) => string.Equals(a.Name, b.Name, StringComparison.OrdinalIgnoreCase);

    private static string? IssuerObjection(X509Certificate2 issuer, EndorsementTrust trust, IReadOnlyCollection<X509Certificate2> fromTpm)
    {
        if (!MayIssue(issuer))
        {
            return $"its issuer may not issue certificates: {CertificateText.Of(issuer.SubjectName)}";
        }

        using var chain = new X509Chain();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(trust.Roots);
        policy.ExtraStore.AddRange(trust.Intermediates ?? new());
        policy.ExtraStore.AddRange(fromTpm.ToArray());
        policy.ApplicationPolicy.Add(new(EndorsementCertificate.Purpose));
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        if (!chain.Build(issuer))
        {
            return string.Join(", ", chain.ChainElements.SelectMany(Findings).DefaultIfEmpty("its chain can't be built").Distinct());
        }

        // What the chain's check can't see, as it does not know that one more certificate follows.
        int below = 0;
        foreach (X509Certificate2 authority in chain.ChainElements.Select(e => e.Certificate))
        {
            if (authority.Extensions.OfType<X509BasicConstraintsExtension>().Any(c => c.HasPathLengthConstraint && c.PathLengthConstraint < below))
            {
                return $"the chain is longer than this authority allows: {CertificateText.Of(authority.SubjectName)}";
            }

            if (authority.Extensions.Any(e => e.Oid?.Value == NameConstraints))
            {
                return $"this authority may issue for some names only, which is not supported: {CertificateText.Of(authority.SubjectName)}";
            }

            below += AreSame(authority.SubjectName, authority.IssuerName) ? 0 : 1;
        }

        return null;
    }

    private static bool MayIssue(X509Certificate2 issuer) =>
        issuer.Extensions.OfType<X509BasicConstraintsExtension>().Any(c => c.CertificateAuthority)
        && issuer.Extensions.OfType<X509KeyUsageExtension>().All(u => u.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign));

    private static IEnumerable<string> Findings(X509ChainElement element) => element.ChainElementStatus.Select(s => s.Status switch
    {
        X509ChainStatusFlags.PartialChain => "the certificate of an issuer is missing, or leads to none of the roots",
        X509ChainStatusFlags.UntrustedRoot => "the chain ends in a root that is not trusted",
        X509ChainStatusFlags.NotTimeValid => "an authority's certificate has expired or is not valid yet",
        X509ChainStatusFlags.NotSignatureValid => "an authority's certificate has a wrong signature",
        X509ChainStatusFlags.NotValidForUsage => "an authority is not one for endorsement certificates",
        X509ChainStatusFlags.InvalidBasicConstraints => "an authority may not issue certificates",
        var other => other.ToString(),
    } + $": {CertificateText.Of(element.Certificate.SubjectName)}");
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>What a maker's certificate says; by itself what the EK Credential Profile wants.</summary>
internal sealed record CertificateRecipe
{
    public string Subject { get; init; } = "CN=TPM";

    /// <summary>Whether basicConstraints says CA; null for none.</summary>
    public bool? IsAuthority { get; init; } = false;

    /// <summary>keyUsage; null for what goes with the key.</summary>
    public X509KeyUsageFlags? Usage { get; init; }

    public bool HasUsage { get; init; } = true;

    /// <summary>extKeyUsage; null for none.</summary>
    public string[]? Purposes { get; init; } = [Maker.EndorsementPurpose];

    /// <summary>The attributes of the directory name in subjectAltName; null for none.</summary>
    public string[]? Names { get; init; }

    /// <summary>Whether the key is of the type id-RSAES-OAEP.</summary>
    public bool IsOaep { get; init; }

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public int DaysBefore { get; init; } = 10;

    public int DaysLeft { get; init; } = 1000;

    public X509Extension[] Others { get; init; } = [];

    /// <summary>What is done to the finished certificate.</summary>
    public Func<byte[], byte[]> Finish { get; init; } = static c => c;
}

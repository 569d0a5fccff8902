using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Testing.Hostile;

/// <summary>A value that the victim got is not the true one, or the attacker has got hold of something.</summary>
public sealed class HostileFindingException(string message) : Exception(message);

/// <summary>How a victim knows its TPM.</summary>
public enum VictimKind
{
    /// <summary>By the first exchange: the attacker comes after it.</summary>
    FirstUse,

    /// <summary>By the Name of its salt key.</summary>
    Pinned,

    /// <summary>By its endorsement certificate.</summary>
    Certified,
}

/// <summary>A program that uses a TPM, and does not know who is on the wire.</summary>
public sealed class HostileVictim : IDisposable
{
    private readonly List<byte[]> _secrets = [HostileTpm.Password, HostileTpm.NewPassword, HostileTpm.Sealed];

    internal HostileVictim(HostileTpm real, HostileWire wire, Tpm2Options options) => (Real, Wire, Tpm) = (real, wire, new(wire, options));

    /// <summary>What the program has.</summary>
    public Tpm2 Tpm { get; }

    /// <summary>The commands.</summary>
    public Tpm2Commands Commands => Tpm.Commands;

    /// <summary>The TPM itself.</summary>
    public HostileTpm Real { get; }

    /// <summary>The wire.</summary>
    public HostileWire Wire { get; }

    /// <summary>What must not be seen on the wire.</summary>
    public IReadOnlyList<byte[]> Secrets => _secrets;

    /// <summary>Says that something is true, or else a wrong value was believed.</summary>
    public static void Believe(bool isTrue, string what)
    {
        if (!isTrue)
        {
            throw new HostileFindingException($"wrong value believed: {what}");
        }
    }

    /// <summary>Says that two values are the same.</summary>
    public static void Believe(ReadOnlySpan<byte> value, ReadOnlySpan<byte> expected, string what) => Believe(value.SequenceEqual(expected), what);

    /// <summary>Adds something that must not be seen.</summary>
    public void Secret(byte[] value) => _secrets.Add(value);

    /// <summary>Checks that answers which were believed are the TPM's own, for values that nobody can know before.</summary>
    /// <param name="command">The command.</param>
    /// <param name="times">How many of its answers were believed.</param>
    public void BelieveHonest(TpmCc command, int times = 1)
    {
        int honest = Wire.Armed.Count(e => TpmHeader.Read(e.Command).Code == (uint)command && e.IsHonest && TpmHeader.Read(e.Answer).Code == TpmRc.Success);
        Believe(honest >= times, $"{times - honest} of {times} answers to {command} are not the TPM's");
    }

    /// <inheritdoc/>
    public void Dispose() => Tpm.Dispose();
}

/// <summary>Something that a program does with a TPM.</summary>
/// <param name="Name">What, in few words.</param>
/// <param name="Act">What the victim does; it checks what it gets.</param>
public sealed record HostileScenario(string Name, Action<HostileVictim> Act)
{
    /// <summary>How the victim knows its TPM.</summary>
    public VictimKind Kind { get; init; }

    /// <summary>Makes a TPM ready, by the way that no attacker is on.</summary>
    public Action<HostileTpm> Prepare { get; init; } = static _ => { };

    /// <summary>How often the scenario's effect has happened, or a number that grows by one each time; null if it has none.</summary>
    public Func<HostileTpm, long>? Effect { get; init; }

    /// <summary>Whether what the victim uses afterwards is still there once it has succeeded.</summary>
    public bool LeavesKeys { get; init; } = true;

    /// <summary>Whether it uses the authorization of the lockout hierarchy, which has one try.</summary>
    public bool UsesLockout { get; init; }

    /// <summary>Everything that is tried.</summary>
    public static IReadOnlyList<HostileScenario> All { get; } = [.. Scenarios.Plain, .. Scenarios.Memory, .. Scenarios.Keys];
}

/// <summary>The maker of the TPM, who vouches for its endorsement key (EK Credential Profile 3.2).</summary>
internal sealed class HostileMaker : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public HostileMaker()
    {
        var request = new CertificateRequest("CN=maker", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(10));
    }

    public EndorsementTrust Trust => new([X509CertificateLoader.LoadCertificate(_root.RawData)]);

    public byte[] Certify(TpmtPublic key)
    {
        var point = (TpmuPublicId.Ecc)key.Unique;
        using var ecc = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = point.X.Span.ToArray(), Y = point.Y.Span.ToArray() } });
        var request = new CertificateRequest(new X500DistinguishedName("CN=TPM"), new PublicKey(ecc), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("2.23.133.8.1")], false));
        using X509Certificate2 certificate = request.Create(
            _root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1), [7]);
        return certificate.RawData;
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }
}

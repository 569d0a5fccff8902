using System.Security.Cryptography.X509Certificates;
using TpmHw.Capabilities;
using TpmHw.Protection;
using TpmHw.Spec;
using TpmHw.Wire;
using TpmHw.Execution;

namespace TpmHw.Endorsement;

/// <summary>Finds an endorsement key of this TPM for which somebody who is believed has vouched.</summary>
internal static class CertifiedKeyFinder
{
    // Persistent endorsement keys (TCG's registry of reserved handles).
    private const uint FirstPersistent = 0x81010000;
    private const uint LastPersistent = 0x8101FFFF;

    /// <summary>Where the key can be found again.</summary>
    /// <exception cref="TpmSessionException">There is no such key.</exception>
    public static SaltKeySource Find(ICommandSender tpm, EndorsementTrust trust, CancellationToken cancellationToken)
    {
        var doubts = new List<string>();
        X509Certificate2[]? chain = null;
        foreach (EndorsementKey kind in EndorsementKeys.All)
        {
            using X509Certificate2? certificate = EndorsementCertificate.ReadAll(NvReader.Read(tpm, kind.Certificate, cancellationToken)).FirstOrDefault();
            if (certificate is null)
            {
                continue;
            }

            chain ??= ReadChain(tpm, cancellationToken);
            string? doubt = EndorsementCertificate.Doubt(certificate, trust, chain);
            if (doubt is null && FindKey(tpm, kind, certificate, cancellationToken) is { } source)
            {
                return source;
            }

            doubts.Add($"{kind.Certificate}: {doubt ?? "the TPM has not got its key, or the key can't be used here"}");
        }

        throw new TpmSessionException(TpmSessionFault.NotCertified, doubts.Count == 0
            ? "The TPM has no endorsement certificate."
            : $"No endorsement certificate of the TPM vouches for it ({string.Join("; ", doubts)}).");
    }

    private static SaltKeySource? FindKey(ICommandSender tpm, EndorsementKey kind, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        foreach (SaltKeySource source in Sources(tpm, kind, cancellationToken))
        {
            if (source.Find(tpm, cancellationToken) is { } key)
            {
                bool isIt = EndorsementCertificate.IsFor(certificate, key.PublicArea);
                key.Leave(tpm);
                if (isIt)
                {
                    return source;
                }
            }
        }

        return null;
    }

    private static List<SaltKeySource> Sources(ICommandSender tpm, EndorsementKey kind, CancellationToken cancellationToken) =>
    [
        .. CapabilityList.Read(tpm, TpmCap.Handles, FirstPersistent, LastPersistent, cancellationToken).Select(h => new SaltKeySource(new TpmHandle(h))),
        .. Templates(tpm, kind, cancellationToken).Select(t => new SaltKeySource(TpmRh.Endorsement, t)),
    ];

    /// <summary>The TPM's own template where it has one; otherwise the profile's, with the TPM's nonce where it has one.</summary>
    private static IEnumerable<TpmtPublic> Templates(ICommandSender tpm, EndorsementKey kind, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> own = NvReader.Read(tpm, kind.Template, cancellationToken);
        if (!own.IsEmpty)
        {
            var reader = new TpmReader(own.Span);
            return [TpmtPublic.Read(ref reader)];
        }

        ReadOnlyMemory<byte> nonce = kind.Nonce is { } index ? NvReader.Read(tpm, index, cancellationToken) : default;
        return nonce.IsEmpty ? kind.Templates : kind.Templates.Select(t => t with { Unique = Start(t.Unique, nonce) });
    }

    private static TpmuPublicId Start(TpmuPublicId unique, ReadOnlyMemory<byte> nonce) => unique switch
    {
        TpmuPublicId.Rsa rsa => new TpmuPublicId.Rsa(Start(rsa.Modulus.Buffer, nonce)),
        TpmuPublicId.Ecc ecc => new TpmuPublicId.Ecc(Start(ecc.X.Buffer, nonce), ecc.Y),
        _ => unique,
    };

    private static byte[] Start(ReadOnlyMemory<byte> zeros, ReadOnlyMemory<byte> nonce)
    {
        byte[] bytes = zeros.ToArray();
        nonce[..Math.Min(nonce.Length, bytes.Length)].CopyTo(bytes);
        return bytes;
    }

    private static X509Certificate2[] ReadChain(ICommandSender tpm, CancellationToken cancellationToken)
    {
        var all = new List<byte>();
        foreach (uint index in CapabilityList.Read(tpm, TpmCap.Handles, EndorsementKeys.FirstOfChain, EndorsementKeys.LastOfChain, cancellationToken))
        {
            all.AddRange(NvReader.Read(tpm, new(index), cancellationToken).Span);
        }

        return [.. EndorsementCertificate.ReadAll(all.ToArray())];
    }
}

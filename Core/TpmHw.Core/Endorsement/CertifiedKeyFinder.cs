using System.Security.Cryptography.X509Certificates;
using TpmHw.Capabilities;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Endorsement;

/// <summary>Finds an endorsement key of this TPM for which somebody who is believed has vouched.</summary>
internal static class CertifiedKeyFinder
{
    // Persistent endorsement keys (TCG's registry of reserved handles).
    private const uint FirstPersistent = 0x81010000;
    private const uint LastPersistent = 0x8101FFFF;

    /// <summary>Where the key can be found again.</summary>
    /// <exception cref="TpmSessionException">There is no such key.</exception>
    public static SaltKeySource Find(Tpm2Executor.Turn turn, EndorsementTrust trust, CancellationToken cancellationToken)
    {
        var doubts = new List<string>();
        X509Certificate2[]? chain = null;
        foreach (EndorsementKey kind in EndorsementKeys.All)
        {
            using X509Certificate2? certificate = EndorsementCertificate.ReadAll(NvReader.Read(turn, kind.Certificate, cancellationToken)).FirstOrDefault();
            if (certificate is null)
            {
                continue;
            }

            chain ??= ReadChain(turn, cancellationToken);
            string? doubt = EndorsementCertificate.Doubt(certificate, trust, chain);
            if (doubt is null && FindKey(turn, kind, certificate, cancellationToken) is { } source)
            {
                return source;
            }

            doubts.Add($"{kind.Certificate}: {doubt ?? "the TPM has not got its key, or the key can't be used here"}");
        }

        throw new TpmSessionException(TpmSessionFault.NotCertified, doubts.Count == 0
            ? "The TPM has no endorsement certificate."
            : $"No endorsement certificate of the TPM vouches for it ({string.Join("; ", doubts)}).");
    }

    private static SaltKeySource? FindKey(Tpm2Executor.Turn turn, EndorsementKey kind, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        foreach (SaltKeySource source in Sources(turn, kind, cancellationToken))
        {
            if (source.Find(turn, cancellationToken) is { } key)
            {
                bool isIt = EndorsementCertificate.IsFor(certificate, key.PublicArea);
                key.Leave(turn);
                if (isIt)
                {
                    return source;
                }
            }
        }

        return null;
    }

    private static List<SaltKeySource> Sources(Tpm2Executor.Turn turn, EndorsementKey kind, CancellationToken cancellationToken) =>
    [
        .. CapabilityList.Read(turn, TpmCap.Handles, FirstPersistent, LastPersistent, cancellationToken).Select(h => new SaltKeySource(new TpmHandle(h))),
        .. Templates(turn, kind, cancellationToken).Select(t => new SaltKeySource(TpmRh.Endorsement, t)),
    ];

    /// <summary>The TPM's own template where it has one; otherwise the profile's, with the TPM's nonce where it has one.</summary>
    private static IEnumerable<TpmtPublic> Templates(Tpm2Executor.Turn turn, EndorsementKey kind, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> own = NvReader.Read(turn, kind.Template, cancellationToken);
        if (!own.IsEmpty)
        {
            var reader = new TpmReader(own.Span);
            return [TpmtPublic.Read(ref reader)];
        }

        ReadOnlyMemory<byte> nonce = kind.Nonce is { } index ? NvReader.Read(turn, index, cancellationToken) : default;
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

    private static X509Certificate2[] ReadChain(Tpm2Executor.Turn turn, CancellationToken cancellationToken)
    {
        var all = new List<byte>();
        foreach (uint index in CapabilityList.Read(turn, TpmCap.Handles, EndorsementKeys.FirstOfChain, EndorsementKeys.LastOfChain, cancellationToken))
        {
            all.AddRange(NvReader.Read(turn, new(index), cancellationToken).Span);
        }

        return [.. EndorsementCertificate.ReadAll(all.ToArray())];
    }
}

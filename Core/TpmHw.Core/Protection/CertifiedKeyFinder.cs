using System.Security.Cryptography.X509Certificates;
using TpmHw.Crypto;
using TpmHw.Endorsement;
using TpmHw.Execution;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Protection;

/// <summary>An endorsement key that a certificate vouches for.</summary>
/// <param name="Key">The key as it was compared with the certificate: this public area, and no other reading of it, is what a salt may be encrypted for. It is still loaded.</param>
/// <param name="Source">Where the key is found again; it has to have the same Name then.</param>
/// <param name="Subject">Whom the certificate is about: its subject, or what it says of the TPM.</param>
internal sealed record CertifiedKey(SaltKey Key, SaltKeySource Source, string Subject);

/// <summary>
/// Finds an endorsement key of this TPM that a trusted manufacturer vouches for. Nothing that the TPM says here is
/// authenticated: it is bounded, and only the certificate decides.
/// </summary>
internal sealed class CertifiedKeyFinder
{
    // Persistent endorsement keys (TCG's registry of reserved handles).
    private const uint FirstPersistent = 0x81010000;
    private const uint LastPersistent = 0x8101FFFF;

    private const int HandlesAtOnce = 254;
    private const int MaxHandles = 64;
    private const int MaxChainBytes = 64 * 1024;
    private const int MaxChain = 16;

    private readonly ICommandSender _tpm;
    private readonly EndorsementTrust _trust;
    private readonly CancellationToken _cancellationToken;
    private readonly List<string> _findings = [];
    private List<X509Certificate2>? _chain;
    private List<SaltKey>? _persistent;

    private CertifiedKeyFinder(ICommandSender tpm, EndorsementTrust trust, CancellationToken cancellationToken) =>
        (_tpm, _trust, _cancellationToken) = (tpm, trust, cancellationToken);

    /// <summary>Finds the key. The caller flushes it (<see cref="SaltKey.Leave"/>).</summary>
    /// <param name="tpm">Sends the questions; nobody vouches for the answers.</param>
    /// <param name="trust">Whom to believe.</param>
    /// <param name="pinned">The Name of the key that is wanted, if there are several; null for the first.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <returns>The key: another one only if none has the Name.</returns>
    /// <exception cref="TpmSessionException">There is no such key.</exception>
    public static CertifiedKey Find(ICommandSender tpm, EndorsementTrust trust, Tpm2bName? pinned, CancellationToken cancellationToken)
    {
        var finder = new CertifiedKeyFinder(tpm, trust, cancellationToken);
        try
        {
            return finder.Find(pinned);
        }
        finally
        {
            finder._chain?.ForEach(c => c.Dispose());
        }
    }

    private CertifiedKey Find(Tpm2bName? pinned)
    {
        CertifiedKey? other = null;
        SortedSet<uint> indices = Handles(EndorsementKeys.First, EndorsementKeys.LastOfChain);
        foreach (EndorsementKey kind in EndorsementKeys.All.Where(k => indices.Contains(k.Certificate.Value)))
        {
            if (Find(kind, indices) is not { } found)
            {
                continue;
            }

            if (pinned is not { } name || found.Key.Name == name)
            {
                return found;
            }

            found.Key.Leave(_tpm);
            other ??= found;
        }

        if (other is not null)
        {
            return other;
        }

        _findings.AddRange(indices.Where(EndorsementKeys.IsOtherCertificate).Select(i => $"{new TpmHandle(i)}: a certificate of a kind of key that is not supported here"));
        throw new TpmSessionException(TpmSessionFault.NotCertified, _findings.Count == 0
            ? "The TPM has no endorsement certificate."
            : $"No endorsement certificate of the TPM vouches for it ({string.Join("; ", _findings)}).");
    }

    private CertifiedKey? Find(EndorsementKey kind, SortedSet<uint> indices)
    {
        NvContents stored = NvReader.Read(_tpm, kind.Certificate, _cancellationToken);
        string? finding = stored.Finding;
        using X509Certificate2? certificate = stored.State == NvState.Read ? StoredCertificate.Read(stored.Bytes.Span, out finding) : null;
        if (certificate is not null)
        {
            finding = EndorsementCertificate.Objection(certificate, _trust, Chain(indices), DateTime.UtcNow);
            if (finding is null)
            {
                if (FindKey(kind, indices, certificate, ref finding) is (SaltKey key, SaltKeySource source))
                {
                    return new(key, source, CertificateText.SubjectOf(certificate));
                }

                finding ??= "the TPM does not have its key";
            }
        }

        _findings.Add($"{kind.Certificate}: {finding}");
        return null;
    }

    private (SaltKey Key, SaltKeySource Source)? FindKey(EndorsementKey kind, SortedSet<uint> indices, X509Certificate2 certificate, ref string? finding)
    {
        foreach (SaltKey key in _persistent ??= ReadPersistent())
        {
            if (IsIt(key, certificate, ref finding))
            {
                return (key, new(key.Handle));
            }
        }

        foreach (TpmtPublic template in Templates(kind, indices))
        {
            if (Make(template, ref finding) is { } key)
            {
                if (IsIt(key, certificate, ref finding))
                {
                    return (key, new(TpmRh.Endorsement, template));
                }

                key.Leave(_tpm);
            }
        }

        return null;
    }

    private static bool IsIt(SaltKey key, X509Certificate2 certificate, ref string? finding)
    {
        if (!EndorsementCertificate.IsFor(certificate, key.PublicArea))
        {
            return false;
        }

        if (SaltKeyCheck.Objection(key.PublicArea) is { } objection)
        {
            finding = $"its key is unfit for salts: {objection}";
            return false;
        }

        return true;
    }

    private List<SaltKey> ReadPersistent()
    {
        var all = new List<SaltKey>();
        foreach (TpmHandle handle in Handles(FirstPersistent, LastPersistent).Select(h => new TpmHandle(h)))
        {
            try
            {
                ReadPublic.Response read = _tpm.Run<ReadPublic, ReadPublic.Response>(new(handle), _cancellationToken);
                if (Checked(handle, read.OutPublic.PublicArea, read.Name) is { } key)
                {
                    all.Add(key);
                }
            }
            catch (TpmCommandException e) when (e.Code.Base.Value != TpmRc.Initialize)
            {
                // It is gone again.
            }
        }

        return all;
    }

    private SaltKey? Make(TpmtPublic template, ref string? finding)
    {
        if (!SaltEncryption.IsSupported(template))
        {
            finding ??= "keys of its kind are not supported on this system";
            return null;
        }

        try
        {
            CreatePrimary.Response made = _tpm.Run<CreatePrimary, CreatePrimary.Response>(new(TpmRh.Endorsement, default, new(template), default, default), _cancellationToken);
            if (made.ObjectHandle.Type == TpmHt.Transient)
            {
                if (Checked(made.ObjectHandle, made.OutPublic.PublicArea, made.Name) is { } key)
                {
                    return key;
                }

                _tpm.TryFlush(made.ObjectHandle);
            }

            finding ??= "the TPM contradicts itself in what it says of its key";
        }
        catch (TpmCommandException e) when (e.Code.Base.Value is not (TpmRc.Initialize or TpmRc.ObjectMemory))
        {
            finding ??= $"the TPM does not make its key: {e.Code}";
        }

        return null;
    }

    /// <summary>The key, or null if its Name is not that of its public area.</summary>
    private static SaltKey? Checked(TpmHandle handle, in TpmtPublic area, Tpm2bName name) =>
        TpmHash.TrySizeOf(area.NameAlg) is not null && new SaltKey(handle, area) is var key && key.Name == name ? key : null;

    /// <summary>The TPM's own template if it has one; otherwise the profile's, with the TPM's nonce if it has one (EK Credential Profile, 2.2.1).</summary>
    private IEnumerable<TpmtPublic> Templates(EndorsementKey kind, SortedSet<uint> indices)
    {
        ReadOnlyMemory<byte> own = ReadIfThere(kind.Template, indices);
        if (!own.IsEmpty && TryReadTemplate(own.Span) is { } template)
        {
            return [template];
        }

        ReadOnlyMemory<byte> nonce = kind.Nonce is { } index ? ReadIfThere(index, indices) : default;
        return nonce.IsEmpty ? kind.Templates : kind.Templates.Select(t => t with { Unique = Start(t.Unique, nonce) });
    }

    private ReadOnlyMemory<byte> ReadIfThere(TpmHandle index, SortedSet<uint> indices) =>
        indices.Contains(index.Value) ? NvReader.Read(_tpm, index, _cancellationToken).Bytes : default;

    private static TpmtPublic? TryReadTemplate(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new TpmReader(bytes);
            return TpmtPublic.Read(ref reader);
        }
        catch (TpmFormatException)
        {
            return null;
        }
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

    /// <summary>The certificates of authorities, one after the other, across the boundaries of indices (EK Credential Profile, 2.2.1.5.2).</summary>
    private List<X509Certificate2> Chain(SortedSet<uint> indices)
    {
        if (_chain is not null)
        {
            return _chain;
        }

        var all = new List<byte>();
        foreach (TpmHandle index in indices.Where(i => i >= EndorsementKeys.FirstOfChain).Select(i => new TpmHandle(i)))
        {
            NvContents part = NvReader.Read(_tpm, index, _cancellationToken);
            if (part.Finding is { } finding)
            {
                _findings.Add($"{index}: {finding}");
            }

            all.AddRange(part.Bytes.Span);
            if (all.Count > MaxChainBytes)
            {
                _findings.Add($"{index}: the chain goes on for more than {MaxChainBytes / 1024} KiB");
                break;
            }
        }

        _chain = StoredCertificate.ReadAll(all.ToArray(), MaxChain, out string? damage);
        if (damage is not null)
        {
            _findings.Add($"the chain in the TPM {damage}");
        }

        return _chain;
    }

    /// <summary>The handles in a range, in order, however often the TPM says that there are more.</summary>
    private SortedSet<uint> Handles(uint first, uint last)
    {
        var all = new SortedSet<uint>();
        for (bool more = true; more && first <= last && all.Count < MaxHandles;)
        {
            GetCapability.Response answer = _tpm.Run<GetCapability, GetCapability.Response>(new(TpmCap.Handles, first, HandlesAtOnce), _cancellationToken);
            uint[] next = answer.CapabilityData.Data is TpmuCapabilities.Handles handles
                ? [.. handles.Items.Select(h => h.Value).Where(h => h >= first && h <= last).Take(MaxHandles - all.Count)]
                : [];
            all.UnionWith(next);
            more = answer.MoreData && next.Length > 0;
            first = next.Length > 0 ? next.Max() + 1 : last;
        }

        return all;
    }
}

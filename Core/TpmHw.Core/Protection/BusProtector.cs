using TpmHw.Endorsement;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transport;
using TpmHw.Execution;

namespace TpmHw.Sessions;

/// <summary>
/// Keeps what crosses a wire from being read or altered: salted sessions, made when first needed and used again, that
/// authorise, and encrypt what can be encrypted.
/// </summary>
/// <param name="pinned">The Name that the salt key must have; null for the one that is found first.</param>
/// <param name="trust">Who must have certified it; null for nobody.</param>
/// <param name="place">Where the Name is kept, for advice; null if no pin store keeps it.</param>
internal sealed class BusProtector(Tpm2bName? pinned, EndorsementTrust? trust, string? place = null)
{
    private static readonly TpmtSymDef s_aes = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);

    private readonly TpmSession?[] _sessions = new TpmSession?[TpmSessions.Max];
    private Tpm2bName? _found;
    private SaltKeySource? _source;
    private (uint Resets, uint Restarts)? _clock;
    private bool _suspect;
    private bool _isCertified;

    /// <summary>The Name of the salt key; null until one is known.</summary>
    public Tpm2bName? KeyName => pinned ?? _found;

    /// <summary>How far the other side is known to be the right one.</summary>
    public BusProtectionLevel Level => _isCertified ? BusProtectionLevel.Verified
        : pinned is null ? BusProtectionLevel.Unverified
        : BusProtectionLevel.Pinned;

    /// <summary>Whether there is something in the TPM that should be flushed.</summary>
    public bool HasSessions => Array.Exists(_sessions, s => s is not null);

    /// <summary>Whether a command authorises something or carries a secret.</summary>
    public static bool Protects(in TpmCommandInfo info) => info.AuthorizedHandles > 0
        || (info.TakesDecrypt && info.CommandSecrets != SecretPart.None)
        || (info.TakesEncrypt && info.ResponseSecrets != SecretPart.None);

    /// <summary>Refuses commands whose secrets lie where no session encrypts: a session takes the first parameter alone (Part 1, 21.1).</summary>
    /// <exception cref="InvalidOperationException">It is such a command.</exception>
    public static void ThrowIfInClear<TCommand>(in TCommand command)
        where TCommand : ITpmMessage<TCommand>
    {
        string? instead = command switch
        {
            Import { SymmetricAlg.Algorithm: TpmAlgId.Null, InSymSeed.Size: 0 } => "Tpm2.Import encrypts it first.",
            Duplicate { SymmetricAlg.Algorithm: TpmAlgId.Null } duplicate when duplicate.NewParentHandle == TpmRh.Null => "Give it a new parent or a symmetric algorithm.",
            EncryptDecrypt => "TPM2_EncryptDecrypt2 has the same data in a place that is encrypted.",
            _ => null,
        };
        if (instead is not null)
        {
            throw new InvalidOperationException($"{TCommand.Info.Code.CommandName()} would send a secret in clear. {instead}");
        }
    }

    /// <summary>Adds sessions to a caller's own until every handle has one and what can be encrypted is.</summary>
    public TpmSessions Complete(CommandEngine tpm, in TpmCommandInfo info, TpmSessions own, CancellationToken cancellationToken)
    {
        bool isEncrypted = !info.TakesDecrypt && !info.TakesEncrypt;
        foreach (TpmSession session in own)
        {
            if (session.PolicyNeeds == TpmCc.PolicyPassword)
            {
                throw new InvalidOperationException("TPM2_PolicyPassword would send the authorisation value in clear. TPM2_PolicyAuthValue makes the same policy.");
            }

            isEncrypted |= (session.Attributes & (TpmaSession.Decrypt | TpmaSession.Encrypt)) == (TpmaSession.Decrypt | TpmaSession.Encrypt);
        }

        int wanted = Math.Max(info.AuthorizedHandles, own.Count + (isEncrypted ? 0 : 1));
        wanted = Math.Min(wanted, TpmSessions.Max);
        if (wanted <= own.Count)
        {
            return own;
        }

        Prepare(tpm, wanted - own.Count, cancellationToken);
        Span<TpmSession?> all = [null, null, null];
        for (int i = 0; i < wanted; i++)
        {
            all[i] = i < own.Count ? own[i] : _sessions[i - own.Count];
        }

        return TpmSessions.Of(all[..wanted]!);
    }

    /// <summary>The sessions can't be trusted to work: new ones are made before they are used again.</summary>
    public void Suspect() => _suspect = true;

    /// <summary>The TPM has the sessions no more.</summary>
    public void Forget()
    {
        foreach (TpmSession? session in _sessions)
        {
            session?.End();
        }

        Array.Clear(_sessions);
        (_clock, _suspect) = (null, false);
    }

    /// <summary>Ends the sessions.</summary>
    public void Drop(CommandEngine tpm)
    {
        foreach (TpmSession? session in _sessions)
        {
            if (session is not null)
            {
                tpm.TryFlush(session.Handle);
            }
        }

        (uint, uint)? clock = _clock;
        Forget();
        _clock = clock;
    }

    /// <summary>Whether the TPM's reset counters say that it was reset or restarted since the sessions began.</summary>
    public bool WasReset(CommandEngine tpm, CancellationToken cancellationToken) => _clock is { } before && before != ReadClock(tpm, cancellationToken);

    /// <summary>Makes a new session, and so sees whether the salt key is still the same.</summary>
    /// <exception cref="TpmSessionException">It is another TPM's.</exception>
    public void CheckKey(CommandEngine tpm, CancellationToken cancellationToken)
    {
        if (KeyName is not null)
        {
            Prepare(tpm, 1, cancellationToken);
        }
    }

    private void Prepare(CommandEngine tpm, int count, CancellationToken cancellationToken)
    {
        if (_suspect)
        {
            Drop(tpm);
        }

        int made = Array.IndexOf(_sessions, null);
        if (made < 0 || made >= count)
        {
            return;
        }

        _clock ??= ReadClock(tpm, cancellationToken);
        SaltKey key = FindKey(tpm, cancellationToken);
        try
        {
            for (int i = made; i < count; i++)
            {
                _sessions[i] = SessionStart.Run(tpm, TpmSe.Hmac, key.Handle, key.PublicArea, null, s_aes, TpmAlgId.Sha256, cancellationToken);
            }
        }
        finally
        {
            key.Leave(tpm);
        }
    }

    private SaltKey FindKey(CommandEngine tpm, CancellationToken cancellationToken)
    {
        // Once it is known, its Name is all that counts.
        if (trust is not null && !_isCertified)
        {
            _source = CertifiedKeyFinder.Find(tpm, trust, cancellationToken);
        }

        Tpm2bName? other = null;
        SaltKeySource[] last = trust is null ? SaltKeySource.All : [];
        foreach (SaltKeySource source in _source is null ? last : [_source, .. last])
        {
            if (source.Find(tpm, cancellationToken) is not { } key)
            {
                continue;
            }

            if (KeyName is null || KeyName == key.Name)
            {
                (_found, _source, _isCertified) = (key.Name, source, trust is not null);
                return key;
            }

            other = key.Name;
            key.Leave(tpm);
        }

        throw other is { } seen
            ? place is not null ? TpmSessionException.Replaced(KeyName!.Value, seen, place)
            : new TpmSessionException(TpmSessionFault.TpmReplaced, $"Another TPM answers: the salt key {KeyName} is not there, but {seen} is.")
            : new TpmSessionException(TpmSessionFault.NoSaltKey, "The TPM has no key that a session's salt could be encrypted for.");
    }

    private static (uint, uint) ReadClock(CommandEngine tpm, CancellationToken cancellationToken)
    {
        TpmsClockInfo clock = tpm.Run<ReadClock, ReadClock.Response>(new(), cancellationToken).CurrentTime.ClockInfo;
        return (clock.ResetCount, clock.RestartCount);
    }
}

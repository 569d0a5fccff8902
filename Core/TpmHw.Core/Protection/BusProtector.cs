using System.Diagnostics;
using TpmHw.Capabilities;
using TpmHw.Endorsement;
using TpmHw.Execution;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Protection;

/// <summary>
/// Keeps the sessions that protect the bus, and knows the key that they are salted for. A key, a session and a clock are
/// believed only after a response with an HMAC of that session was verified.
/// </summary>
/// <param name="channel">The way to the TPM.</param>
/// <param name="sender">Sends commands under this protection.</param>
/// <param name="options">Which key is expected, and who must have certified it.</param>
internal sealed class BusProtector(CommandChannel channel, ICommandSender sender, Tpm2Options options)
{
    private static readonly TpmtSymDef s_aes = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);

    private readonly EndorsementTrust? _trust = options.EndorsementTrust;
    private readonly Tpm2bName? _pinned = options.SaltKeyName ?? options.PinStore?.Find();
    private readonly TpmSession?[] _guards = new TpmSession?[TpmSessions.Max];
    private readonly TpmSession?[] _asked = new TpmSession?[1];
    private KnownKey? _known;
    private TpmsTimeInfo? _clock;
    private long _clockRead;

    /// <summary>How well the TPM is known, and by what.</summary>
    public BusProtection Describe()
    {
        BusProtectionLevel level = _known?.Subject is not null ? BusProtectionLevel.Verified : _pinned is not null ? BusProtectionLevel.Pinned : BusProtectionLevel.Unverified;
        return new(level, _known?.Key.Name ?? _pinned, _known?.Key.PublicArea, _known?.Subject);
    }

    /// <summary>Whether a key is to be kept that has not been proved yet.</summary>
    private bool HasToKeep => _known is null && _pinned is null && options.PinStore is not null;

    /// <summary>Whether it is known when the TPM was last reset, so that a reset is noticed.</summary>
    public bool KnowsClock => _clock is not null;

    /// <summary>The guards that were made.</summary>
    public ReadOnlySpan<TpmSession?> Guards(int count) => _guards.AsSpan(0, count);

    /// <summary>Makes as many guards as a command takes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="inStep">Whether they must be known to work before the command is sent.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmSessionException">The TPM has no such key, was replaced or was reset, or does not answer as it should.</exception>
    public void Prepare(int count, bool inStep, CancellationToken cancellationToken)
    {
        const int Tries = 2;
        for (int tries = 1; ; tries++)
        {
            if (TryMake(count, cancellationToken) && (!inStep || AreInStep(count, cancellationToken)))
            {
                return;
            }

            if (tries == Tries)
            {
                throw new TpmSessionException(TpmSessionFault.ResponseNotAuthentic, "The TPM does not answer under a session whose salt was encrypted for its key.");
            }
        }
    }

    /// <summary>Asks the TPM something harmless under a session, and so finds out whether both sides know the same nonces.</summary>
    /// <returns>False if the session is out of step or gone.</returns>
    /// <remarks>
    /// A TPM that had executed a command of the session since its last verified response would have moved its nonce on
    /// (Part 1, 19.6.3). So if this succeeds, it has executed none.
    /// </remarks>
    /// <exception cref="TpmSessionException">The TPM was reset since its clock was read first.</exception>
    public bool IsInStep(TpmSession session, CancellationToken cancellationToken)
    {
        if (!Ask(new ReadClock(), default, session, out TpmReader parameters, cancellationToken))
        {
            return false;
        }

        TpmsTimeInfo now = TpmsTimeInfo.Read(ref parameters);
        parameters.ReadEnd();
        return !session.IsProtecting || !WasReset(session, now);
    }

    /// <summary>Whether a command that was answered by an error was not executed, as one of its sessions that nobody can imitate is still in step.</summary>
    /// <exception cref="TpmSessionException">The TPM was reset.</exception>
    public bool ProvesNotExecuted(in SessionPlan plan, CancellationToken cancellationToken)
    {
        int guard = 0;
        bool isProved = false;
        for (int i = 0; i < plan.Count && !isProved; i++)
        {
            TpmSession? session = plan[i].Source == SessionSource.Guard ? _guards[guard++] : plan[i].Session;
            isProved = session is { IsProtecting: true, Type: TpmSe.Hmac } && IsInStep(session, cancellationToken);
        }

        for (int i = 0; i < plan.Count && isProved; i++)
        {
            plan[i].Session?.RegainStep();
        }

        foreach (TpmSession? other in _guards.AsSpan(0, isProved ? plan.Guards : 0))
        {
            other?.RegainStep();
        }

        return isProved;
    }

    /// <summary>Makes guards anew, and so finds out what became of the TPM.</summary>
    /// <returns>Whether it was reset.</returns>
    /// <exception cref="TpmSessionException">The program has lost objects or sessions by a reset, or the TPM was replaced.</exception>
    public bool BeginAgain(CancellationToken cancellationToken)
    {
        int epoch = channel.Epoch;
        DropGuards();
        Prepare(1, inStep: true, cancellationToken);
        return epoch != channel.Epoch;
    }

    /// <summary>Ends all guards: new ones are made when they are needed.</summary>
    public void DropGuards()
    {
        for (int i = 0; i < _guards.Length; i++)
        {
            Drop(i);
        }
    }

    /// <summary>Starts a session of the caller's that is salted with the protecting key.</summary>
    public TpmSession Start(in SessionStart start, Func<TpmEntities, ICommandSender> naming, CancellationToken cancellationToken)
    {
        Prepare(1, inStep: true, cancellationToken);
        SaltKey key = FindKey(channel.Unprotected, cancellationToken).Key;
        try
        {
            var named = new TpmEntity(key.Handle);
            named.SetName(key.Name.Buffer.ToArray());
            return start.Run(naming(new(named, start.Bind ?? TpmRh.Null)), channel, (key.Handle, key.PublicArea), isProtecting: true, cancellationToken);
        }
        finally
        {
            key.Leave(channel.Unprotected);
        }
    }

    /// <summary>Applies what a verified command has changed: a seed that keys are made from, the clock.</summary>
    public void ApplyEffect(in CommandEffect effect, CancellationToken cancellationToken)
    {
        if (effect.ResetsClock && _clock is { } then)
        {
            _clock = then with { ClockInfo = then.ClockInfo with { ResetCount = 0, RestartCount = 0 } }; // Part 3, 24.6
        }

        if (effect.Seed is { } seed && _known is { } known)
        {
            // Sessions outlive the seed, so what is read under them now is from the same TPM.
            _known = known.Source.Hierarchy == seed && _pinned is null && _trust is null
                ? FindFirst(sender, SaltKeySource.All, cancellationToken) ?? known
                : known;
            if (_known != known)
            {
                _known.Key.Leave(channel.Unprotected);
            }
        }
    }

    private bool TryMake(int count, CancellationToken cancellationToken)
    {
        if (_known is null)
        {
            DropGuards(); // an exception came before the proof of their key, or before its Name was kept
        }

        int made = Array.IndexOf(_guards, null);
        if (made < 0 || made >= count)
        {
            return true;
        }

        KnownKey found = FindKey(channel.Unprotected, cancellationToken);
        try
        {
            if (HasToKeep && found.Source.Hierarchy == TpmRh.Null)
            {
                throw new TpmSessionException(TpmSessionFault.NoSaltKey, "The TPM has no key to pin: the only one that can be made here is another one after each reset.");
            }

            for (int i = 0; i < count; i++)
            {
                _guards[i] ??= new SessionStart(TpmSe.Hmac, null, s_aes, TpmAlgId.Sha256)
                    .Run(channel.Unprotected, channel, (found.Key.Handle, found.Key.PublicArea), isProtecting: true, cancellationToken);
            }

            return _known is not null || TryProve(found, cancellationToken);
        }
        finally
        {
            found.Key.Leave(channel.Unprotected);
        }
    }

    /// <summary>
    /// Believes a key once the TPM has answered under a session that is salted for it, to a command with its Name. The session
    /// alone would prove its numbers, and not its attributes.
    /// </summary>
    private bool TryProve(KnownKey found, CancellationToken cancellationToken)
    {
        var named = new TpmEntity(found.Key.Handle);
        named.SetName(found.Key.Name.Buffer.ToArray());
        if (!Ask(new ReadPublic(found.Key.Handle), new(named), _guards[0]!, out _, cancellationToken))
        {
            DropGuards();
            return false;
        }

        if (HasToKeep)
        {
            options.PinStore!.Keep(found.Key.Name);
        }

        _known = found;
        return true;
    }

    /// <summary>Sends a harmless command under a session that does nothing but audit.</summary>
    /// <returns>Whether the TPM has answered under the session.</returns>
    private bool Ask<TCommand>(in TCommand question, in TpmEntities entities, TpmSession session, out TpmReader parameters, CancellationToken cancellationToken)
        where TCommand : ITpmMessage<TCommand>
    {
        _asked[0] = session;
        try
        {
            return channel.Exchange(question, entities, SessionPlan.ForQuestion, _asked, resends: true, out _, out parameters, cancellationToken).IsSuccess;
        }
        catch (TpmSessionException e) when (e.Fault == TpmSessionFault.ResponseNotAuthentic)
        {
            parameters = default;
            return false;
        }
        finally
        {
            _asked[0] = null;
        }
    }

    private bool AreInStep(int count, CancellationToken cancellationToken)
    {
        bool all = true;
        for (int i = 0; i < count; i++)
        {
            if (_guards[i]!.IsInStep && KnowsClock)
            {
                continue;
            }

            if (!IsInStep(_guards[i]!, cancellationToken))
            {
                all = false;
                Drop(i);
            }
        }

        return all;
    }

    private void Drop(int index)
    {
        if (_guards[index] is { } guard)
        {
            _guards[index] = null;
            channel.Unprotected.TryFlush(guard.Handle);
            guard.End();
        }
    }

    /// <summary>
    /// Notices a reset by the counters and the time since it (Part 1, 36.3 to 36.7). If it has cost the program nothing but the
    /// guards, the program goes on.
    /// </summary>
    /// <remarks>
    /// Another's TPM2_Clear sets both counters to 0 (Part 3, 24.6), and could hide a reset before it. That there was none is
    /// told by a session that was there before, as no session outlives a reset.
    /// </remarks>
    /// <exception cref="TpmSessionException">The program has lost objects or sessions by it.</exception>
    private bool WasReset(TpmSession session, in TpmsTimeInfo now)
    {
        TpmsTimeInfo? before = _clock;
        bool wasThere = session.Began < _clockRead;
        (_clock, _clockRead) = (now, Stopwatch.GetTimestamp());
        if (before is not { } then)
        {
            return false;
        }

        TpmsClockInfo counters = now.ClockInfo;
        bool isCleared = wasThere && counters is { ResetCount: 0, RestartCount: 0 };
        bool hasCounted = (counters.ResetCount, counters.RestartCount) != (then.ClockInfo.ResetCount, then.ClockInfo.RestartCount);
        if (now.Time >= then.Time && (!hasCounted || isCleared))
        {
            return false;
        }

        DropGuards();
        return channel.BeginEpoch()
            ? throw new TpmSessionException(TpmSessionFault.TpmReset, "The TPM was reset since this program began to use it.")
            : true;
    }

    private KnownKey FindKey(ICommandSender tpm, CancellationToken cancellationToken)
    {
        if (_trust is not null && _known is null)
        {
            return FindCertified(cancellationToken);
        }

        if (_known is { } known && known.Source.Find(tpm, cancellationToken) is { } again)
        {
            if (again.Name == known.Key.Name)
            {
                return known with { Key = again };
            }

            again.Leave(tpm);
        }

        Tpm2bName? wanted = _known?.Key.Name ?? _pinned;
        return FindNamed(tpm, wanted, SourcesThere(tpm, cancellationToken), cancellationToken);
    }

    private KnownKey FindCertified(CancellationToken cancellationToken)
    {
        (SaltKey key, SaltKeySource source, string subject) = CertifiedKeyFinder.Find(channel.Unprotected, _trust!, _pinned, cancellationToken);
        if (_pinned is { } name && key.Name != name)
        {
            key.Leave(channel.Unprotected);
            throw Replaced(name, key.Name);
        }

        return new(key, source, subject);
    }

    private KnownKey FindNamed(ICommandSender tpm, Tpm2bName? wanted, IEnumerable<SaltKeySource> sources, CancellationToken cancellationToken)
    {
        if (wanted is not { } name)
        {
            return FindFirst(tpm, sources, cancellationToken) ?? throw NoKey();
        }

        Tpm2bName? other = null;
        foreach (SaltKeySource source in sources.Concat(SaltKeySource.Endorsement))
        {
            if (source.Find(tpm, cancellationToken) is { } key)
            {
                if (key.Name == name)
                {
                    return new(key, source, _known?.Subject);
                }

                other = key.Name;
                key.Leave(tpm);
            }
        }

        throw other is { } seen
            ? Replaced(name, seen)
            : NoKey();
    }

    private static KnownKey? FindFirst(ICommandSender tpm, IEnumerable<SaltKeySource> sources, CancellationToken cancellationToken)
    {
        foreach (SaltKeySource source in sources)
        {
            if (source.Find(tpm, cancellationToken) is { } key)
            {
                return new(key, source, null);
            }
        }

        return null;
    }

    /// <summary>One question tells which of the persistent keys are worth reading.</summary>
    private static IEnumerable<SaltKeySource> SourcesThere(ICommandSender tpm, CancellationToken cancellationToken)
    {
        HashSet<uint> there = CapabilityList.Read(tpm, TpmCap.Handles, SaltKeySource.FirstPersistent, SaltKeySource.LastPersistent, cancellationToken);
        return SaltKeySource.All.Where(s => s.Template is not null || there.Contains(s.Handle.Value));
    }

    private TpmSessionException Replaced(Tpm2bName wanted, Tpm2bName seen) => options is { SaltKeyName: null, PinStore: { } store }
        ? TpmSessionException.Replaced(wanted, seen, store.Place)
        : new(TpmSessionFault.TpmReplaced, $"Another TPM answers: the salt key {wanted} is not there, but {seen} is.");

    private static TpmSessionException NoKey() => new(TpmSessionFault.NoSaltKey, "The TPM has no key that a session's salt could be encrypted for.");

    /// <summary>A key that is believed to be this TPM's.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Source">Where it is found.</param>
    /// <param name="Subject">Whom its certificate is for; null without one.</param>
    private sealed record KnownKey(SaltKey Key, SaltKeySource Source, string? Subject);
}

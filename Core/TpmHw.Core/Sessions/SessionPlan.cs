using System.Runtime.CompilerServices;
using TpmHw.Spec;

namespace TpmHw.Sessions;

/// <summary>Where the session of one place in the authorization area comes from.</summary>
internal enum SessionSource : byte
{
    /// <summary>No session: the authorization value itself (Part 1, 19.4).</summary>
    Password,

    /// <summary>No session, and the empty authorization value. It stays empty, whatever its entity's value becomes before the command is sent.</summary>
    NoPassword,

    /// <summary>A session of the caller's.</summary>
    Caller,

    /// <summary>A session that protects the bus.</summary>
    Guard,
}

/// <summary>One place in a command's authorization area.</summary>
/// <param name="Source">Where its session comes from.</param>
/// <param name="Session">The caller's session.</param>
/// <param name="Attributes">What the session does for this command.</param>
internal readonly record struct SessionRole(SessionSource Source, TpmSession? Session, TpmaSession Attributes);

/// <summary>
/// Who authorizes, who decrypts, who encrypts and who audits for one command (Part 1, 17 to 19). A plan sends nothing and
/// changes nothing.
/// </summary>
/// <remarks>
/// On a protected bus at least one session is keyed by a salt that only the TPM can read, so that no command can be invented,
/// swallowed or answered by anybody else; and each secret is encrypted by such a session. What the caller's sessions lack of
/// that, guards add. Nothing is left out silently: where there is no room, there is no plan.
/// </remarks>
internal readonly struct SessionPlan
{
    private const TpmaSession Encryption = TpmaSession.Decrypt | TpmaSession.Encrypt;
    private const TpmaSession Purpose = Encryption | TpmaSession.Audit;

    private readonly Roles _roles;
    private readonly int _authorized;

    private SessionPlan(int passwords) => (Count, _authorized) = (passwords, passwords);

    private SessionPlan(in Roles roles, int count, int guards, int authorized)
    {
        (_roles, Count, Guards, _authorized) = (roles, count, guards, authorized);
        for (int i = 0; i < count; i++)
        {
            HasSessions |= roles[i].Source is SessionSource.Caller or SessionSource.Guard;
        }
    }

    /// <summary>One guard that audits, for a question that has neither handles nor anything to encrypt.</summary>
    public static SessionPlan ForQuestion { get; } = MakeQuestion();

    /// <summary>How many places the authorization area has; 0 if the command goes without one.</summary>
    public int Count { get; }

    /// <summary>How many guards it takes.</summary>
    public int Guards { get; }

    /// <summary>Whether any session takes part, so that Names and nonces matter.</summary>
    public bool HasSessions { get; }

    /// <summary>One place.</summary>
    public SessionRole this[int index] => _roles[index];

    /// <summary>Plans a command.</summary>
    /// <param name="info">The command.</param>
    /// <param name="entities">What its handles stand for.</param>
    /// <param name="own">The caller's sessions: the first authorize the handles one by one.</param>
    /// <param name="isProtected">Whether the bus is to be protected.</param>
    /// <exception cref="TpmSessionException">The bus can't be protected beside these sessions.</exception>
    public static SessionPlan For(in TpmCommandInfo info, in TpmEntities entities, TpmSessions own, bool isProtected)
    {
        if (own.Count == 0 && !isProtected)
        {
            return new(passwords: info.AuthorizedHandles);
        }

        var planner = new Planner(info, own, isProtected);
        planner.PlaceSessions(entities);
        planner.ShareEncryption();
        planner.GiveIdleSessionsAPurpose();
        return planner.Finish();
    }

    private static SessionPlan MakeQuestion()
    {
        Roles roles = default;
        roles[0] = new(SessionSource.Guard, null, TpmaSession.ContinueSession | TpmaSession.Audit);
        return new(roles, 1, 1, 0);
    }

    /// <summary>Whether a wrong HMAC would count towards the lockout of the TPM (Part 1, 19.8): for a value, a Name or a nonce that is not the TPM's.</summary>
    public bool RisksLockout(in TpmEntities entities)
    {
        for (int i = 0; i < Math.Min(Count, _authorized) && entities.Find(i) is { } entity; i++)
        {
            bool hasHmac = _roles[i] switch
            {
                { Source: SessionSource.Guard } => true,
                { Session: { } session } => session.TakesAuthValueOf(entity),
                _ => false,
            };
            if (hasHmac && entity.CountsFailures)
            {
                return true;
            }
        }

        return false;
    }

    [InlineArray(TpmSessions.Max)]
    private struct Roles
    {
        private SessionRole _first;
    }

    /// <summary>Makes one plan, step by step.</summary>
    private ref struct Planner(in TpmCommandInfo info, TpmSessions own, bool isProtected)
    {
        private readonly TpmCommandInfo _info = info;
        private Roles _roles;
        private int _count;
        private int _guards;

        /// <summary>Gives each authorized handle its session, and the others the places behind; adds a guard where one is needed.</summary>
        public void PlaceSessions(in TpmEntities entities)
        {
            bool needsGuard = isProtected && !IsCovered();
            for (int i = 0; i < Math.Max(_info.AuthorizedHandles, own.Count); i++)
            {
                if (i < own.Count)
                {
                    PlaceOwn(own[i]);
                }
                else if (needsGuard && _guards == 0 || isProtected && entities[i].HasAuthValue)
                {
                    PlaceGuard();
                }
                else
                {
                    _roles[_count++] = new(isProtected ? SessionSource.NoPassword : SessionSource.Password, null, TpmaSession.ContinueSession);
                }
            }

            if (needsGuard && _guards == 0)
            {
                MakeRoom();
                PlaceGuard();
            }
        }

        /// <summary>Each parameter is encrypted by one session: a guard before a caller's session that protects nothing.</summary>
        public void ShareEncryption()
        {
            Share(_info.TakesDecrypt, TpmaSession.Decrypt);
            Share(_info.TakesEncrypt, TpmaSession.Encrypt);
        }

        /// <summary>
        /// A session that authorizes nothing must decrypt, encrypt or audit; one session audits at most, and none of a policy (Part 1, 17.1). What
        /// is left without a purpose stays out of the command.
        /// </summary>
        public void GiveIdleSessionsAPurpose()
        {
            int audits = FindAudit();
            for (int i = _info.AuthorizedHandles; i < _count; i++)
            {
                if (_roles[i].Source == SessionSource.Guard && (_roles[i].Attributes & Purpose) == 0)
                {
                    if (audits >= 0)
                    {
                        throw NoRoom("A session of the caller's audits the command, and none protects it.");
                    }

                    (_roles[i], audits) = (_roles[i] with { Attributes = _roles[i].Attributes | TpmaSession.Audit }, i);
                }
            }

            for (int i = _info.AuthorizedHandles; i < _count; i++)
            {
                if ((_roles[i].Attributes & Purpose) != 0)
                {
                    continue;
                }

                if (audits < 0 && _roles[i].Session is not { Type: TpmSe.Policy })
                {
                    (_roles[i], audits) = (_roles[i] with { Attributes = _roles[i].Attributes | TpmaSession.Audit }, i);
                }
                else
                {
                    Remove(i--);
                }
            }
        }

        public readonly SessionPlan Finish() => new(_roles, _count, _guards, _info.AuthorizedHandles);

        /// <summary>Whether the caller's sessions do all that protection takes.</summary>
        private readonly bool IsCovered()
        {
            TpmaSession missing =
                (_info.TakesDecrypt && _info.CommandSecrets != SecretPart.None ? TpmaSession.Decrypt : TpmaSession.None)
                | (_info.TakesEncrypt && _info.ResponseSecrets != SecretPart.None ? TpmaSession.Encrypt : TpmaSession.None);
            bool isKeyed = false;
            foreach (TpmSession session in own)
            {
                if (IsGuarding(session))
                {
                    isKeyed = true;
                    missing &= session.Symmetric.Algorithm == TpmAlgId.Null ? missing : ~session.Attributes;
                }
            }

            return isKeyed && missing == TpmaSession.None;
        }

        /// <summary>Whether a session of the caller's does what a guard does.</summary>
        /// <remarks>
        /// A policy session does not: it can't be asked whether it is in step, so that it proves nothing about a command that
        /// failed; and what it encrypts takes the object's authorization value (Part 1, 21.2), which its user need not know.
        /// </remarks>
        private static bool IsGuarding(TpmSession session) => session is { IsProtecting: true, Type: TpmSe.Hmac };

        private void PlaceOwn(TpmSession session)
        {
            if (isProtected && session.PolicyNeeds == TpmCc.PolicyPassword)
            {
                throw new TpmSessionException(
                    TpmSessionFault.InClear, "TPM2_PolicyPassword would send the authorization value in clear. TPM2_PolicyAuthValue makes the same policy digest and does not.");
            }

            _roles[_count++] = new(SessionSource.Caller, session, session.Attributes & ~Encryption);
        }

        private void PlaceGuard()
        {
            _roles[_count++] = new(SessionSource.Guard, null, TpmaSession.ContinueSession);
            _guards++;
        }

        /// <summary>If all places are taken, sessions that the command does not need make room for a guard.</summary>
        private void MakeRoom()
        {
            for (int i = _count - 1; _count == TpmSessions.Max && i >= _info.AuthorizedHandles; i--)
            {
                if (IsDispensable(_roles[i].Session!))
                {
                    Remove(i);
                }
            }

            if (_count == TpmSessions.Max)
            {
                throw NoRoom("All three sessions are the caller's, and they don't protect what crosses the bus.");
            }
        }

        /// <summary>Whether a session behind the authorizing ones would only encrypt what a guard encrypts, or nothing.</summary>
        private readonly bool IsDispensable(TpmSession session)
        {
            TpmaSession useful = (_info.TakesDecrypt ? TpmaSession.Decrypt : 0) | (_info.TakesEncrypt ? TpmaSession.Encrypt : 0);
            return (session.Attributes & TpmaSession.Audit) == 0 && (!IsGuarding(session) || (session.Attributes & useful) == 0);
        }

        private void Share(bool takes, TpmaSession role)
        {
            if (!takes)
            {
                return;
            }

            int chosen = -1;
            for (int i = _count - 1; i >= 0; i--)
            {
                int rank = Rank(_roles[i], role);
                if (rank > 0 && (chosen < 0 || rank >= Rank(_roles[chosen], role)))
                {
                    chosen = i;
                }
            }

            if (chosen >= 0)
            {
                _roles[chosen] = _roles[chosen] with { Attributes = _roles[chosen].Attributes | role };
            }
        }

        private static int Rank(in SessionRole place, TpmaSession role) => place switch
        {
            { Source: SessionSource.Caller, Session: { } session } when IsGuarding(session) && Takes(session, role) => 3,
            { Source: SessionSource.Guard } => 2,
            { Source: SessionSource.Caller, Session: { } session } when Takes(session, role) => 1,
            _ => 0,
        };

        private static bool Takes(TpmSession session, TpmaSession role) => (session.Attributes & role) != 0 && session.Symmetric.Algorithm != TpmAlgId.Null;

        private readonly int FindAudit()
        {
            for (int i = 0; i < _count; i++)
            {
                if ((_roles[i].Attributes & TpmaSession.Audit) != 0)
                {
                    return i;
                }
            }

            return -1;
        }

        private void Remove(int index)
        {
            for (int i = index + 1; i < _count; i++)
            {
                _roles[i - 1] = _roles[i];
            }

            _roles[--_count] = default;
        }

        private readonly TpmSessionException NoRoom(string why) =>
            new(TpmSessionFault.NoRoom, $"{_info.Code.CommandName()} was not sent: {why}");
    }
}

using TpmHw.Crypto;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Policy;

/// <summary>One attempt to satisfy a policy: the TPM, what the caller has, and how far the session has come.</summary>
internal sealed class PolicyRun
{
    private readonly Dictionary<(TpmAlgId Bank, int Pcr), Tpm2bDigest?> _pcrs = [];
    private TpmaPermanent? _permanent;
    private TpmSession? _session;

    public PolicyRun(Tpm2 tpm, PolicyCredentials credentials, PolicyUse use, bool all, CancellationToken stop)
    {
        (Tpm, Credentials, Command, Target, HashAlg, Stop) = (tpm, credentials, use.Command, use.Target, use.HashAlg, stop);
        Digest = new(HashAlg);
        Plan = new(this, all);
    }

    public Tpm2 Tpm { get; }

    public Tpm2Commands Commands => Tpm.Commands;

    public PolicyCredentials Credentials { get; }

    /// <summary>What the session is to be used for; null where the caller didn't say.</summary>
    public TpmCc? Command { get; }

    /// <summary>What the session is to be used on; null where the caller didn't say.</summary>
    public TpmEntity? Target { get; }

    public TpmAlgId HashAlg { get; }

    public CancellationToken Stop { get; }

    public PolicyPlan Plan { get; }

    public TpmSession Session => _session!;

    /// <summary>What the session's digest is.</summary>
    public TpmPolicyDigest Digest { get; private set; }

    /// <summary>
    /// What an authorization is limited to: the digest of the one command that the session is for (cpHash; Part 1, 16.7), if
    /// the caller has said so and nothing but its handle is in it; otherwise empty. A session that elements of the policy limit
    /// themselves takes no second limit (Part 3, 23.2.4), and a ticket is for other commands too.
    /// </summary>
    public Tpm2bDigest CpHash { get; private set; }

    /// <summary>What to ask for with an authorisation: no end, or a ticket.</summary>
    public int Expiration => Credentials.TicketLifetime is { } time ? -(int)Math.Ceiling(time.TotalSeconds) : 0;

    /// <summary>The handle that a Name is; null where it is made from a public area.</summary>
    public static TpmHandle? HandleOf(Tpm2bName name) => name.Size == sizeof(uint) ? new TpmHandle(new TpmReader(name.Span).ReadUInt32()) : null;

    /// <summary>Satisfies a policy, branch after branch until one works.</summary>
    /// <exception cref="TpmPolicyException">None did.</exception>
    public TpmSession Satisfy(TpmPolicy policy)
    {
        CpHash = Credentials.TicketLifetime is null && !LimitsItself(policy) ? Limit() : default;
        TpmSession session = _session = Tpm.StartSession(TpmSe.Policy, hash: HashAlg, cancellationToken: Stop);
        try
        {
            while (!TryOnce(policy))
            {
                Commands.PolicyRestart(session, cancellationToken: Stop);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Executes the elements of a policy.</summary>
    public void Execute(TpmPolicy policy)
    {
        foreach (PolicyElement element in policy)
        {
            try
            {
                element.Execute(this);
            }
            catch (TpmCommandException e)
            {
                throw new TpmPolicyException(new PolicyObstacle(element, PolicyObstacleKind.Refused, e.Message) { Cause = e });
            }

            Follow(element);
        }
    }

    /// <summary>What a PCR holds; null where the TPM has not got it.</summary>
    public Tpm2bDigest? PcrValue(TpmAlgId bank, int pcr)
    {
        if (!_pcrs.TryGetValue((bank, pcr), out Tpm2bDigest? value))
        {
            _pcrs[(bank, pcr)] = value = PolicyPcr.Read(Tpm, bank, [pcr], Stop).TryGetValue(pcr, out Tpm2bDigest read) ? read : null;
        }

        return value;
    }

    /// <summary>An entity that authorises with its value; null where the value is not known.</summary>
    public TpmEntity? SecretOf(Tpm2bName name) => Credentials.Entity(name) ?? (HandleOf(name) is { } handle && HasEmptyAuth(handle) ? handle : null);

    /// <summary>Who authorises the reading of an NV index: itself or a hierarchy, whichever may and is there; null where none is.</summary>
    public TpmEntity? NvReader(TpmsNvPublic index)
    {
        var attributes = (TpmaNvFlags)index.Attributes.Value;
        return (attributes & TpmaNvFlags.AuthRead) != 0 && Credentials.Entity(TpmName.Of(index)) is { } own ? own
            : (attributes & TpmaNvFlags.OwnerRead) != 0 && SecretOf(TpmName.Of((TpmHandle)TpmRh.Owner)) is { } owner ? owner
            : (attributes & TpmaNvFlags.PpRead) != 0 && Credentials.Entity(TpmName.Of((TpmHandle)TpmRh.Platform)) is { } platform ? platform
            : (attributes & (TpmaNvFlags.AuthRead | TpmaNvFlags.NoDa)) == (TpmaNvFlags.AuthRead | TpmaNvFlags.NoDa) ? NvIndex(index) // trying the empty value costs nothing
            : null;
    }

    public TpmEntity NvIndex(TpmsNvPublic index)
    {
        byte[] name = TpmName.Of(index);
        if (Credentials.Entity(name) is { } known)
        {
            return known;
        }

        var entity = new TpmEntity(index.NvIndex);
        entity.SetName(name);
        return entity;
    }

    public byte[] NvRead(TpmsNvPublic index, ushort offset, ushort size) =>
        Commands.NvRead(NvReader(index)!, NvIndex(index), size, offset, cancellationToken: Stop).Data.Buffer.ToArray();

    /// <summary>Who signs with a key: a signer, or the TPM itself where the key is loaded; null where nobody does.</summary>
    public PolicySigner? SignerFor(TpmtPublic key)
    {
        Tpm2bName name = TpmName.Of(key);
        return Credentials.Signer(name) ?? (Credentials.Entity(name) is TpmObject loaded ? PolicySigner.Of(Tpm, loaded) : null);
    }

    /// <summary>A public key in the TPM, for as long as it is needed.</summary>
    public PolicyKey LoadKey(TpmtPublic key) => Credentials.Entity(TpmName.Of(key)) is TpmObject loaded
        ? new(loaded, isOwned: false)
        : new(Tpm.LoadExternal(key, TpmRh.Owner, cancellationToken: Stop), isOwned: true);

    /// <summary>Authorises with a ticket, if there is one that the TPM still takes.</summary>
    public bool TryTicket(TpmSt tag, Tpm2bName name, Tpm2bDigest policyRef)
    {
        if (Credentials.TicketFor(tag, name, policyRef) is not { } ticket)
        {
            return false;
        }

        try
        {
            Commands.PolicyTicket(Session, ticket.Timeout, default, policyRef, name, ticket.Ticket, cancellationToken: Stop);
            return true;
        }
        catch (TpmCommandException)
        {
            Credentials.Drop(ticket); // expired, or of another TPM
            return false;
        }
    }

    private bool LimitsItself(TpmPolicy policy) => Credentials.Policies.Prepend(policy).Any(static p => p.Any(LimitsTheSession));

    private static bool LimitsTheSession(PolicyElement element) => element switch
    {
        PolicyCpHash or PolicyParameters or PolicyNameHash or PolicyTemplate or PolicyDuplicationSelect => true,
        PolicyOr or => or.Branches.Any(static b => b.Policy.Any(LimitsTheSession)),
        _ => false,
    };

    /// <summary>The cpHash of a command with one handle and no parameters, such as TPM2_Unseal.</summary>
    private Tpm2bDigest Limit()
    {
        if (Command is not { } command || Target is not { IsNameKnown: true, CanBeRenamed: false } target
            || TpmCommandInfo.Find(command) is not { Handles: 1, HasParameters: false })
        {
            return default;
        }

        byte[] hashed = new byte[sizeof(TpmCc) + TpmName.MaxSize];
        var writer = new TpmWriter(hashed);
        writer.WriteUInt32((uint)command);
        target.WriteName(ref writer);
        return TpmHash.Hash(HashAlg, writer.Written);
    }

    private bool TryOnce(TpmPolicy policy)
    {
        IReadOnlyList<PolicyFinding> findings = Plan.Make(policy);
        if (findings.SelectMany(f => f.Obstacles).ToArray() is { Length: > 0 } obstacles)
        {
            throw new TpmPolicyException(obstacles);
        }

        Digest = new(HashAlg);
        try
        {
            Execute(policy);
            return true;
        }
        catch (TpmPolicyException e)
        {
            Plan.Refuse(e.Obstacles[0]);
            return false;
        }
    }

    /// <summary>Takes an element into the digest; what took the place of a choice or an authorised policy is in it already.</summary>
    private void Follow(PolicyElement element) => element.Extend(Digest);

    private bool HasEmptyAuth(TpmHandle handle)
    {
        TpmaPermanent flag = (TpmRh)handle.Value switch
        {
            TpmRh.Owner => TpmaPermanent.OwnerAuthSet,
            TpmRh.Endorsement => TpmaPermanent.EndorsementAuthSet,
            TpmRh.Lockout => TpmaPermanent.LockoutAuthSet,
            _ => TpmaPermanent.None, // the TPM doesn't say; none of the others counts failures
        };
        _permanent ??= flag == TpmaPermanent.None ? null : ReadPermanent();
        return flag == TpmaPermanent.None || (_permanent & flag) == 0;
    }

    private TpmaPermanent ReadPermanent() => (TpmaPermanent)(Commands.GetCapability(TpmCap.TpmProperties, (uint)TpmPt.Permanent, 1, cancellationToken: Stop)
        .CapabilityData.Data is TpmuCapabilities.TpmProperties { Items: [var permanent, ..] } ? permanent.Value : 0);
}

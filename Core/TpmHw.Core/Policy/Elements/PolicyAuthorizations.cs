using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>TPM2_PolicySigned: a signature by a key over the session's nonce (Part 3, 23.3).</summary>
/// <param name="Key">The key's public area.</param>
/// <param name="PolicyRef">What is signed besides, so that a signature for one policy does not do for another.</param>
public sealed record PolicySigned(TpmtPublic Key, Tpm2bDigest PolicyRef = default) : PolicyElement
{
    /// <summary>What tells people which key it is.</summary>
    public string KeyHint { get; init; } = "";

    /// <summary>The key's Name.</summary>
    public Tpm2bName KeyName => TpmName.Of(Key);

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicySigned;

    private protected override string Detail => $"by {(KeyHint.Length > 0 ? KeyHint : KeyName)}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicySigned(KeyName, PolicyRef);

    internal override PolicyObstacle? Check(PolicyRun run) =>
        run.Credentials.TicketFor(TpmSt.AuthSigned, KeyName, PolicyRef) is null && run.SignerFor(Key) is null
            ? Obstacle(PolicyObstacleKind.SignatureMissing, $"nobody signs with the key {KeyName}")
            : null;

    internal override void Execute(PolicyRun run)
    {
        if (run.TryTicket(TpmSt.AuthSigned, KeyName, PolicyRef))
        {
            return;
        }

        PolicySigner signer = run.SignerFor(Key) ?? throw new TpmPolicyException(Obstacle(PolicyObstacleKind.SignatureMissing, "the ticket has expired, and nobody signs"));
        int expiration = run.Expiration;
        Tpm2bDigest nonce = run.Session.NonceTpm.ToArray();
        byte[] signed = [.. nonce.Span, .. BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(expiration)), .. run.CpHash.Span, .. PolicyRef.Span];
        TpmtSignature signature = signer.SignOver(signed);
        using PolicyKey key = run.LoadKey(Key);
        var answer = run.Commands.PolicySigned(key.Entity, run.Session, nonce, run.CpHash, PolicyRef, expiration, signature, cancellationToken: run.Stop);
        run.Credentials.Keep(new(answer.Timeout, PolicyRef, KeyName, answer.PolicyTicket));
    }
}

/// <summary>TPM2_PolicySecret: the authorisation of another entity (Part 3, 23.4).</summary>
/// <param name="Entity">The entity's Name.</param>
/// <param name="PolicyRef">What makes a ticket for one policy not do for another.</param>
public sealed record PolicySecret(Tpm2bName Entity, Tpm2bDigest PolicyRef = default) : PolicyElement
{
    /// <summary>The authorisation of an entity whose Name is known, such as a hierarchy.</summary>
    /// <exception cref="ArgumentException">The Name is not known: open the object or NV index first.</exception>
    public PolicySecret(TpmEntity entity, Tpm2bDigest policyRef = default)
        : this(entity is { IsNameKnown: true } ? entity.Name : throw new ArgumentException("The entity's Name is not known: open it first.", nameof(entity)), policyRef)
    {
    }

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicySecret;

    private protected override string Detail => $"of {Who}";

    private string Who => $"{(PolicyRun.HandleOf(Entity) is { } handle ? handle : Entity)}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicySecret(Entity, PolicyRef);

    internal override PolicyObstacle? Check(PolicyRun run) =>
        run.Credentials.TicketFor(TpmSt.AuthSecret, Entity, PolicyRef) is null && run.SecretOf(Entity) is null
            ? Obstacle(PolicyObstacleKind.SecretMissing, $"the authorisation value of {Who} is not there")
            : null;

    internal override void Execute(PolicyRun run)
    {
        if (run.TryTicket(TpmSt.AuthSecret, Entity, PolicyRef))
        {
            return;
        }

        TpmEntity entity = run.SecretOf(Entity) ?? throw new TpmPolicyException(Obstacle(PolicyObstacleKind.SecretMissing, "the ticket has expired, and the authorisation value is not there"));
        var answer = run.Commands.PolicySecret(
            entity, run.Session, run.Session.NonceTpm.ToArray(), run.CpHash, PolicyRef, run.Expiration, cancellationToken: run.Stop);
        run.Credentials.Keep(new(answer.Timeout, PolicyRef, Entity, answer.PolicyTicket));
    }
}

/// <summary>TPM2_PolicyAuthorize: whatever policy a key approves of (Part 3, 23.16). It comes first; the approved policy takes its place.</summary>
/// <param name="Key">The key's public area.</param>
/// <param name="PolicyRef">What must have been signed besides.</param>
public sealed record PolicyAuthorize(TpmtPublic Key, Tpm2bDigest PolicyRef = default) : PolicyElement
{
    /// <summary>The key's Name.</summary>
    public Tpm2bName KeyName => TpmName.Of(Key);

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyAuthorize;

    internal override bool StartsOver => true;

    private protected override string Detail => $"by {KeyName}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyAuthorize(KeyName, PolicyRef);

    internal override void Execute(PolicyRun run)
    {
        TpmPolicy approved = run.Plan.ApprovedFor(this);
        PolicyApproval approval = approved.Approvals.First(Takes);
        run.Execute(approved);
        Tpm2bDigest digest = run.Digest.Value;
        using PolicyKey key = run.LoadKey(Key);
        byte[] aHash = Crypto.TpmHash.Hash(Key.NameAlg, [.. digest.Span, .. PolicyRef.Span]);
        TpmtTkVerified ticket = run.Commands.VerifySignature(key.Entity, aHash, approval.Signature, cancellationToken: run.Stop).Validation;
        run.Commands.PolicyAuthorize(run.Session, digest, PolicyRef, KeyName, ticket, cancellationToken: run.Stop);
    }

    /// <summary>Whether an approval is by this key and with this reference.</summary>
    internal bool Takes(PolicyApproval approval) => approval.PolicyRef == PolicyRef && approval.KeyName == KeyName;
}

/// <summary>TPM2_PolicyAuthorizeNV: whatever policy an NV index holds (Part 3, 23.22). It comes first; the policy that the index holds takes its place.</summary>
public sealed record PolicyAuthorizeNv : PolicyElement
{
    /// <summary>The policy that an NV index holds, as a TPMT_HA.</summary>
    /// <param name="index">Its public area. It must have been written when the policy is used, and counts as written here.</param>
    public PolicyAuthorizeNv(TpmsNvPublic index) => Index = PolicyNvIndex.Written(index);

    /// <summary>The public area of the index, written.</summary>
    public TpmsNvPublic Index { get; }

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyAuthorizeNv;

    internal override bool StartsOver => true;

    private protected override string Detail => $"{Index.NvIndex}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyAuthorizeNv(TpmName.Of(Index));

    internal override PolicyObstacle? Check(PolicyRun run) =>
        PolicyNvIndex.Check(run, Index) is { } obstacle ? Obstacle(obstacle.Kind, obstacle.Evidence) : null;

    internal override void Execute(PolicyRun run)
    {
        run.Execute(run.Plan.ApprovedFor(this));
        run.Commands.PolicyAuthorizeNv(run.NvReader(Index)!, run.NvIndex(Index), run.Session, cancellationToken: run.Stop);
    }
}

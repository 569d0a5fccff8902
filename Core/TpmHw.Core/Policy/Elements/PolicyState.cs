using TpmHw.Spec;
using TpmHw.Transport;

namespace TpmHw.Policy;

/// <summary>TPM2_PolicyAuthValue: the object's own authorisation value, in an HMAC (Part 3, 23.17).</summary>
public sealed record PolicyAuthValue : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyAuthValue;

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyAuthValue();

    internal override void Execute(PolicyRun run) => run.Commands.PolicyAuthValue(run.Session, cancellationToken: run.Stop);
}

/// <summary>
/// TPM2_PolicyPassword: the object's own authorisation value, in clear (Part 3, 23.18). The digest is that of
/// <see cref="PolicyAuthValue"/>, and where the bus is protected it is executed as that.
/// </summary>
public sealed record PolicyPassword : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyPassword;

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyPassword();

    internal override void Execute(PolicyRun run)
    {
        if (run.Tpm.BusProtection.Level == BusProtectionLevel.Off)
        {
            run.Commands.PolicyPassword(run.Session, cancellationToken: run.Stop);
        }
        else
        {
            run.Commands.PolicyAuthValue(run.Session, cancellationToken: run.Stop);
        }
    }
}

/// <summary>TPM2_PolicyPhysicalPresence: somebody is there (Part 3, 23.12). Whether that is so shows when the session is used.</summary>
public sealed record PolicyPhysicalPresence : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyPhysicalPresence;

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyPhysicalPresence();

    internal override void Execute(PolicyRun run) => run.Commands.PolicyPhysicalPresence(run.Session, cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyLocality: the command comes from one of some localities (Part 3, 23.8).</summary>
/// <param name="Locality">The localities.</param>
public sealed record PolicyLocality(TpmaLocality Locality) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyLocality;

    private protected override string Detail => $"{Locality}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyLocality(Locality);

    internal override PolicyObstacle? Check(PolicyRun run)
    {
        // A transport that can't choose sends from locality 0.
        int locality = run.Tpm.Transport.FindAbility<ITpmLocality>()?.Locality ?? 0;
        bool holds = (byte)Locality >= 32 ? (byte)Locality == locality : locality < 5 && ((int)Locality >> locality & 1) != 0;
        return holds ? null : Obstacle(PolicyObstacleKind.OtherLocality, $"commands come from locality {locality}");
    }

    internal override void Execute(PolicyRun run) => run.Commands.PolicyLocality(run.Session, Locality, cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyNvWritten: the NV index that is used was written, or never was (Part 3, 23.20).</summary>
/// <param name="WrittenSet">Whether it must have been.</param>
public sealed record PolicyNvWritten(bool WrittenSet = true) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyNvWritten;

    private protected override string Detail => WrittenSet ? "YES" : "NO";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyNvWritten(WrittenSet);

    internal override PolicyObstacle? Check(PolicyRun run) =>
        run.Target is TpmNvIndex index && (index.PublicArea.Attributes.Value & (uint)TpmaNvFlags.Written) != 0 != WrittenSet
            ? Obstacle(PolicyObstacleKind.NvWrittenDiffers, $"the NV index {index.Handle} {(WrittenSet ? "was never written" : "has been written")}")
            : null;

    internal override void Execute(PolicyRun run) => run.Commands.PolicyNvWritten(run.Session, WrittenSet, cancellationToken: run.Stop);
}

/// <summary>
/// Something that the program does and the TPM does not know of: an element of TCG's policy language without a
/// command. <see cref="PolicyCredentials.Act"/> does it.
/// </summary>
/// <param name="Action">What to do, as the program understands it.</param>
public sealed record PolicyAction(string Action) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => default;

    private protected override string Detail => $"action {Action}";

    internal override void Extend(TpmPolicyDigest digest)
    {
    }

    internal override PolicyObstacle? Check(PolicyRun run) =>
        run.Credentials.Act is null ? Obstacle(PolicyObstacleKind.ActionMissing, $"nobody does the action \"{Action}\"") : null;

    internal override void Execute(PolicyRun run)
    {
        if (!run.Credentials.Act!(Action))
        {
            throw new TpmPolicyException(Obstacle(PolicyObstacleKind.ActionMissing, $"the action \"{Action}\" was declined"));
        }
    }
}

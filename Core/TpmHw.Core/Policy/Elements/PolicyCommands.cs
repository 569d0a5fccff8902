using TpmHw.Crypto;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Policy;

/// <summary>TPM2_PolicyCommandCode: one command only (Part 3, 23.11).</summary>
/// <param name="Code">The command.</param>
public sealed record PolicyCommandCode(TpmCc Code) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyCommandCode;

    private protected override string Detail => Code.CommandName();

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyCommandCode(Code);

    internal override PolicyObstacle? Check(PolicyRun run) => OnlyFor(run, Code);

    internal override void Execute(PolicyRun run) => run.Commands.PolicyCommandCode(run.Session, Code, cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyCpHash: one command with one set of handles and parameters (Part 3, 23.13).</summary>
/// <param name="CpHash">The digest of command code, Names and parameters, made with the policy's hash.</param>
public sealed record PolicyCpHash(Tpm2bDigest CpHash) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyCpHash;

    private protected override string Detail => $"{CpHash}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyCpHash(CpHash);

    internal override void Execute(PolicyRun run) => run.Commands.PolicyCpHash(run.Session, CpHash, cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyParameters: one set of parameters (Part 3 of version 1.83, 23.24).</summary>
/// <param name="ParametersHash">The digest of command code and parameters, made with the policy's hash.</param>
public sealed record PolicyParameters(Tpm2bDigest ParametersHash) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyParameters;

    private protected override string Detail => $"{ParametersHash}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyParameters(ParametersHash);

    internal override void Execute(PolicyRun run) => run.Commands.PolicyParameters(run.Session, ParametersHash, cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyNameHash: a command on one set of entities (Part 3, 23.14).</summary>
public sealed record PolicyNameHash : PolicyElement
{
    private readonly Tpm2bDigest _hash;

    /// <summary>For a command on these entities, in the order of its handles.</summary>
    public PolicyNameHash(params IEnumerable<Tpm2bName> names) => Names = [.. names];

    /// <summary>For a command on entities of which only the digest of their Names is known, made with the policy's hash.</summary>
    public PolicyNameHash(Tpm2bDigest nameHash) => (Names, _hash) = ([], nameHash);

    /// <summary>The Names; none where only their digest is known.</summary>
    public IReadOnlyList<Tpm2bName> Names { get; }

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyNameHash;

    private protected override string Detail => Names.Count > 0 ? string.Join(", ", Names) : $"{_hash}";

    /// <summary>The digest of the Names.</summary>
    public Tpm2bDigest NameHash(TpmAlgId hashAlg) => Names.Count > 0 ? TpmHash.Hash(hashAlg, [.. Names.SelectMany(n => n.Buffer.ToArray())]) : _hash;

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyNameHash(NameHash(digest.HashAlg));

    internal override void Execute(PolicyRun run) => run.Commands.PolicyNameHash(run.Session, NameHash(run.Digest.HashAlg), cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyTemplate: creation from one template (Part 3, 23.21).</summary>
public sealed record PolicyTemplate : PolicyElement
{
    private readonly Tpm2bDigest _hash;

    /// <summary>For objects made from this template.</summary>
    public PolicyTemplate(TpmtPublic template) => Template = template;

    /// <summary>For objects made from a template of which only the digest is known, made with the policy's hash.</summary>
    public PolicyTemplate(Tpm2bDigest templateHash) => _hash = templateHash;

    /// <summary>The template; null where only its digest is known.</summary>
    public TpmtPublic? Template { get; }

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyTemplate;

    /// <summary>The digest of the template.</summary>
    public Tpm2bDigest TemplateHash(TpmAlgId hashAlg)
    {
        if (Template is not { } template)
        {
            return _hash;
        }

        var writer = new TpmWriter(new byte[2048]);
        template.Write(ref writer);
        return TpmHash.Hash(hashAlg, writer.Written);
    }

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyTemplate(TemplateHash(digest.HashAlg));

    internal override void Execute(PolicyRun run) => run.Commands.PolicyTemplate(run.Session, TemplateHash(run.Digest.HashAlg), cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyDuplicationSelect: duplication to one new parent (Part 3, 23.15).</summary>
/// <param name="NewParent">The new parent's Name.</param>
/// <param name="Object">The Name of the only object that may go there; empty for any.</param>
public sealed record PolicyDuplicationSelect(Tpm2bName NewParent, Tpm2bName Object = default) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyDuplicationSelect;

    /// <summary>Whether the object's Name is part of the policy.</summary>
    public bool IncludeObject => Object.Size > 0;

    private protected override string Detail => $"to {NewParent}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyDuplicationSelect(Object, NewParent, IncludeObject);

    internal override PolicyObstacle? Check(PolicyRun run) => OnlyFor(run, TpmCc.Duplicate)
        ?? (IncludeObject || run.Target is not null ? null : Obstacle(PolicyObstacleKind.TargetMissing, "the command takes the Name of the object that is duplicated"));

    internal override void Execute(PolicyRun run) => run.Commands.PolicyDuplicationSelect(
        run.Session, IncludeObject ? Object : run.Target!.Name, NewParent, IncludeObject, cancellationToken: run.Stop);
}

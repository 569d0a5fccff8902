namespace TpmHw.Spec.Commands;

/// <summary>TPM2_SetCommandCodeAuditStatus: says which commands are audited, or with which hash (Part 3, 21.2).</summary>
/// <param name="Auth">The owner or the platform.</param>
/// <param name="AuditAlg">The hash, or TPM_ALG_NULL to leave it.</param>
/// <param name="SetList">Commands to audit from now on.</param>
/// <param name="ClearList">Commands to audit no longer.</param>
[TpmCommand(TpmCc.SetCommandCodeAuditStatus)]
public readonly partial record struct SetCommandCodeAuditStatus(
    [Handle(Spec.Auth.User)] TpmHandle Auth, TpmAlgId AuditAlg, TpmlCc SetList, TpmlCc ClearList);

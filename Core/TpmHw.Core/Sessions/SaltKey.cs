using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Sessions;

/// <summary>A key of the TPM that a session's salt is encrypted for.</summary>
internal sealed record SaltKey(TpmHandle Handle, TpmtPublic PublicArea, Tpm2bName Name)
{
    /// <summary>Takes it out of the TPM, where it was made for this once.</summary>
    public void Leave(Tpm2Executor.Turn turn)
    {
        if (Handle.Type == TpmHt.Transient)
        {
            turn.TryFlush(Handle);
        }
    }
}

/// <summary>Where a salt key can be found: at a handle, or made from a hierarchy's seed, which gives the same key each time.</summary>
/// <param name="Handle">A persistent object, or a hierarchy.</param>
/// <param name="Template">What to make in the hierarchy.</param>
internal sealed record SaltKeySource(TpmHandle Handle, TpmtPublic? Template = null)
{
    private const TpmaObject Needed = TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.Decrypt;

    /// <summary>
    /// In the order in which they are tried: what is there already, by the handles of TCG's provisioning guidance, and
    /// then what is quick to make. The null hierarchy comes last: its keys change with every reset.
    /// </summary>
    public static SaltKeySource[] All { get; } =
    [
        new(new TpmHandle(0x81010002)), // endorsement key, elliptic curve
        new(new TpmHandle(0x81010001)), // endorsement key, RSA
        new(new TpmHandle(0x81000001)), // storage root key
        new(TpmRh.Endorsement, SaltKeyTemplates.EccEndorsement),
        new(TpmRh.Endorsement, SaltKeyTemplates.RsaEndorsement),
        new(TpmRh.Owner, SaltKeyTemplates.EccStorage),
        new(TpmRh.Null, SaltKeyTemplates.EccStorage),
    ];

    /// <summary>Reads or makes the key; null where there is none that could be used.</summary>
    public SaltKey? Find(Tpm2Executor.Turn turn, CancellationToken cancellationToken)
    {
        try
        {
            return Template is not { } template ? Read(turn, cancellationToken)
                : Crypto.SaltEncryption.IsSupported(template) ? Make(turn, template, cancellationToken)
                : null;
        }
        catch (TpmCommandException e) when (e.Code.Base.Value is not (Wire.TpmRc.Initialize or Wire.TpmRc.ObjectMemory))
        {
            return null; // no such object, no such algorithm, a hierarchy with a password
        }
    }

    private SaltKey? Read(Tpm2Executor.Turn turn, CancellationToken cancellationToken)
    {
        TpmtPublic found = turn.Run<ReadPublic, ReadPublic.Response>(new(Handle), cancellationToken).OutPublic.PublicArea;
        return (found.ObjectAttributes & Needed) == Needed && Crypto.SaltEncryption.IsSupported(found)
            ? new(Handle, found, TpmName.Of(found))
            : null;
    }

    private SaltKey Make(Tpm2Executor.Turn turn, TpmtPublic template, CancellationToken cancellationToken)
    {
        CreatePrimary.Response made = turn.Run<CreatePrimary, CreatePrimary.Response>(
            new(Handle, default, new(template), default, default), cancellationToken);
        return new(made.ObjectHandle, made.OutPublic.PublicArea, TpmName.Of(made.OutPublic.PublicArea));
    }
}

/// <summary>What TCG's profiles say that these keys are made from (EK Credential Profile, L-1 and L-2; the storage root key).</summary>
internal static class SaltKeyTemplates
{
    private const TpmaObject Restricted = TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.SensitiveDataOrigin | TpmaObject.Restricted | TpmaObject.Decrypt;

    private static readonly TpmtSymDefObject s_aes = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);

    // TPM2_PolicySecret(TPM_RH_ENDORSEMENT).
    private static readonly Tpm2bDigest s_policyA = Convert.FromHexString("837197674484B3F81A90CC8D46A5D724FD52D76E06520B64F2A1DA1B331469AA");

    public static TpmtPublic EccEndorsement { get; } = Ecc(Restricted | TpmaObject.AdminWithPolicy, s_policyA, new byte[32]);

    public static TpmtPublic EccStorage { get; } = Ecc(Restricted | TpmaObject.UserWithAuth | TpmaObject.NoDa, default, new byte[32]);

    public static TpmtPublic RsaEndorsement { get; } = new(
        TpmAlgId.Rsa,
        TpmAlgId.Sha256,
        Restricted | TpmaObject.AdminWithPolicy,
        s_policyA,
        new TpmuPublicParms.Rsa(s_aes, new(TpmAlgId.Null), 2048, 0),
        new TpmuPublicId.Rsa(new byte[256]));

    private static TpmtPublic Ecc(TpmaObject attributes, Tpm2bDigest policy, byte[] unique) => new(
        TpmAlgId.Ecc,
        TpmAlgId.Sha256,
        attributes,
        policy,
        new TpmuPublicParms.Ecc(s_aes, new(TpmAlgId.Null), TpmEccCurve.NistP256, new(TpmAlgId.Null)),
        new TpmuPublicId.Ecc(unique, unique));
}

using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Execution;

namespace TpmHw.Sessions;

/// <summary>A key of the TPM that a session's salt is encrypted for.</summary>
internal sealed record SaltKey(TpmHandle Handle, TpmtPublic PublicArea, Tpm2bName Name)
{
    /// <summary>Takes it out of the TPM, where it was made for this once.</summary>
    public void Leave(ICommandSender tpm)
    {
        if (Handle.Type == TpmHt.Transient)
        {
            tpm.TryFlush(Handle);
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
        new(TpmRh.Endorsement, TpmTemplates.EndorsementEcc),
        new(TpmRh.Endorsement, TpmTemplates.EndorsementRsa),
        new(TpmRh.Owner, TpmTemplates.StorageRootEcc),
        new(TpmRh.Null, TpmTemplates.StorageRootEcc),
    ];

    /// <summary>Reads or makes the key; null where there is none that could be used.</summary>
    public SaltKey? Find(ICommandSender tpm, CancellationToken cancellationToken)
    {
        try
        {
            return Template is not { } template ? Read(tpm, cancellationToken)
                : Crypto.SaltEncryption.IsSupported(template) ? Make(tpm, template, cancellationToken)
                : null;
        }
        catch (TpmCommandException e) when (e.Code.Base.Value is not (Wire.TpmRc.Initialize or Wire.TpmRc.ObjectMemory))
        {
            return null; // no such object, no such algorithm, a hierarchy with a password
        }
    }

    private SaltKey? Read(ICommandSender tpm, CancellationToken cancellationToken)
    {
        TpmtPublic found = tpm.Run<ReadPublic, ReadPublic.Response>(new(Handle), cancellationToken).OutPublic.PublicArea;
        return (found.ObjectAttributes & Needed) == Needed && Crypto.SaltEncryption.IsSupported(found)
            ? new(Handle, found, TpmName.Of(found))
            : null;
    }

    private SaltKey Make(ICommandSender tpm, TpmtPublic template, CancellationToken cancellationToken)
    {
        CreatePrimary.Response made = tpm.Run<CreatePrimary, CreatePrimary.Response>(
            new(Handle, default, new(template), default, default), cancellationToken);
        return new(made.ObjectHandle, made.OutPublic.PublicArea, TpmName.Of(made.OutPublic.PublicArea));
    }
}

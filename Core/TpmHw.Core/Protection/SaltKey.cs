using TpmHw.Crypto;
using TpmHw.Endorsement;
using TpmHw.Execution;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Protection;

/// <summary>A key in the TPM that a session's salt is encrypted for: what was looked at is what is used.</summary>
/// <param name="Handle">Where it is.</param>
/// <param name="PublicArea">Its public area.</param>
/// <param name="Name">The Name that this public area has.</param>
internal sealed record SaltKey(TpmHandle Handle, TpmtPublic PublicArea, Tpm2bName Name)
{
    public SaltKey(TpmHandle handle, TpmtPublic publicArea)
        : this(handle, publicArea, TpmName.Of(publicArea))
    {
    }

    /// <summary>Flushes the key if it was created for one use.</summary>
    public void Leave(ICommandSender unprotected)
    {
        if (Handle.Type == TpmHt.Transient)
        {
            unprotected.TryFlush(Handle);
        }
    }
}

/// <summary>Where a salt key can be found: at a handle, or made from a hierarchy's seed, which gives the same key each time.</summary>
/// <param name="Handle">A persistent object, or a hierarchy.</param>
/// <param name="Template">What to make in the hierarchy.</param>
internal sealed record SaltKeySource(TpmHandle Handle, TpmtPublic? Template = null)
{
    private const uint FirstEndorsement = 0x81010000;

    /// <summary>The lowest of the persistent handles in <see cref="All"/>.</summary>
    public const uint FirstPersistent = 0x81000001;

    /// <summary>The highest of the persistent handles in <see cref="All"/>.</summary>
    public const uint LastPersistent = 0x81010002;

    /// <summary>
    /// In the order in which they are tried: what is there already, by the handles of TCG's provisioning guidance, and
    /// then what is quick to make. The null hierarchy comes last: its keys change with every reset.
    /// </summary>
    public static SaltKeySource[] All { get; } =
    [
        new(new TpmHandle(LastPersistent)), // endorsement key, elliptic curve
        new(new TpmHandle(0x81010001)), // endorsement key, RSA
        new(new TpmHandle(FirstPersistent)), // storage root key
        new(TpmRh.Endorsement, TpmTemplates.EndorsementEcc),
        new(TpmRh.Endorsement, TpmTemplates.EndorsementRsa),
        new(TpmRh.Owner, TpmTemplates.StorageRootEcc),
        new(TpmRh.Null, TpmTemplates.StorageRootEcc),
    ];

    /// <summary>The endorsement keys that have certificates on some TPMs: a key that was pinned together with a trust can be any of them.</summary>
    public static IEnumerable<SaltKeySource> Endorsement { get; } =
        [.. EndorsementKeys.All.SelectMany(static k => k.Templates).Select(static t => new SaltKeySource(TpmRh.Endorsement, t))];

    /// <summary>The hierarchy whose seed the key comes from.</summary>
    public TpmRh Hierarchy => Template is not null ? (TpmRh)Handle.Value
        : Handle.Value >= FirstEndorsement ? TpmRh.Endorsement
        : TpmRh.Owner;

    /// <summary>Reads or makes the key; null if there is none that could be used.</summary>
    public SaltKey? Find(ICommandSender tpm, CancellationToken cancellationToken)
    {
        try
        {
            return Template is not { } template ? Read(tpm, cancellationToken)
                : SaltEncryption.IsSupported(template) ? Make(tpm, template, cancellationToken)
                : null;
        }
        catch (TpmCommandException e) when (e.Code.Base.Value is not (TpmRc.Initialize or TpmRc.ObjectMemory))
        {
            return null; // no such object, no such algorithm, a hierarchy with a password
        }
    }

    private SaltKey? Read(ICommandSender tpm, CancellationToken cancellationToken)
    {
        TpmtPublic found = tpm.Run<ReadPublic, ReadPublic.Response>(new(Handle), cancellationToken).OutPublic.PublicArea;
        return IsFit(found) ? new(Handle, found) : null;
    }

    private SaltKey? Make(ICommandSender tpm, TpmtPublic template, CancellationToken cancellationToken)
    {
        CreatePrimary.Response made = tpm.Run<CreatePrimary, CreatePrimary.Response>(
            new(Handle, default, new(template), default, default), cancellationToken);
        if (IsFit(made.OutPublic.PublicArea))
        {
            return new(made.ObjectHandle, made.OutPublic.PublicArea);
        }

        tpm.TryFlush(made.ObjectHandle);
        return null;
    }

    /// <summary>Whether a public area is one that a salt can be encrypted for.</summary>
    public static bool IsFit(in TpmtPublic key) => SaltKeyCheck.Objection(key) is null && SaltEncryption.IsSupported(key);
}

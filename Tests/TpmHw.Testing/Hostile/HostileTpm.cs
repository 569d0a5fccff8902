using System.Security.Cryptography;
using TpmHw.Policy;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Testing.Hostile;

/// <summary>
/// A libtpms with what the scenarios use, and a way to it that no attacker is on: it tells what is true, and puts back what
/// a scenario has changed.
/// </summary>
public sealed class HostileTpm : IDisposable
{
    /// <summary>The password of everything that has one.</summary>
    public static readonly byte[] Password = "the right password"u8.ToArray();

    /// <summary>What a scenario changes it to.</summary>
    public static readonly byte[] NewPassword = "another password"u8.ToArray();

    /// <summary>What is sealed, and what is written.</summary>
    public static readonly byte[] Sealed = "a secret of some length, sealed"u8.ToArray();

    /// <summary>What the other NV index has.</summary>
    public static readonly byte[] OtherData = "what the other index has in it."u8.ToArray();

    /// <summary>The salt key: the endorsement key, where it is looked for first.</summary>
    public static readonly TpmHandle SaltKey = new(0x81010002);

    /// <summary>A storage key with a password.</summary>
    public static readonly TpmHandle Parent = new(0x81000010);

    /// <summary>Data that a password opens.</summary>
    public static readonly TpmHandle Item = new(0x81000011);

    /// <summary>Data under PolicyAuthValue.</summary>
    public static readonly TpmHandle AuthValueItem = new(0x81000012);

    /// <summary>Data under PolicyPCR.</summary>
    public static readonly TpmHandle PcrItem = new(0x81000013);

    /// <summary>Data under PolicySecret of the storage key.</summary>
    public static readonly TpmHandle SecretItem = new(0x81000014);

    /// <summary>A key that signs.</summary>
    public static readonly TpmHandle Signer = new(0x81000015);

    /// <summary>A key for TPM2_ECDH_ZGen.</summary>
    public static readonly TpmHandle Agreement = new(0x81000016);

    /// <summary>The NV index that a scenario wants.</summary>
    public static readonly TpmHandle Wanted = new(0x01800001);

    /// <summary>Another NV index.</summary>
    public static readonly TpmHandle Other = new(0x01800002);

    /// <summary>The PCR that scenarios use: the one for debugging, which anybody can reset.</summary>
    public const int Pcr = 16;

    private static readonly TpmHandle s_certificate = new(0x01C0000A);

    private const TpmaNvFlags Usual =
        TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.OwnerRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.ReadStClear | TpmaNvFlags.WriteStClear;

    private readonly Dictionary<TpmHandle, TpmtPublic> _keys = [];
    private byte[] _certificateOf = [];
    private bool _lockoutIsSpent;

    /// <summary>A new TPM.</summary>
    public HostileTpm()
    {
        Transport = TransportCatalog.Default.Open("libtpms");
        Side = new(Transport, new() { ProtectBus = false });
        Provision();
    }

    /// <summary>The TPM itself.</summary>
    public ITpmTransport Transport { get; }

    /// <summary>The way to it that no attacker is on.</summary>
    public Tpm2 Side { get; }

    /// <summary>The Name of the salt key.</summary>
    public Tpm2bName SaltKeyName { get; private set; }

    /// <summary>The policy of <see cref="PcrItem"/>.</summary>
    public TpmPolicy PcrPolicy { get; private set; } = TpmPolicy.Of();

    /// <summary>The policy of <see cref="AuthValueItem"/>.</summary>
    public static TpmPolicy AuthValuePolicy { get; } = new PolicyAuthValue();

    /// <summary>The policy of <see cref="SecretItem"/>.</summary>
    public TpmPolicy SecretPolicy { get; private set; } = TpmPolicy.Of();

    /// <summary>The handles of the persistent objects.</summary>
    public static IEnumerable<uint> PersistentHandles => [.. Enumerable.Range(0x10, 7).Select(static i => 0x81000000 + (uint)i), SaltKey.Value];

    /// <summary>How many tries the lockout has counted.</summary>
    public uint LockoutCounter => Property(TpmPt.LockoutCounter);

    /// <summary>The sessions and objects in the TPM.</summary>
    public IReadOnlyList<uint> Loaded => [.. Handles(TpmHt.HmacSession), .. Handles(TpmHt.PolicySession), .. Handles(TpmHt.Transient)];

    /// <summary>The public area of one of the persistent objects.</summary>
    public TpmtPublic PublicOf(TpmHandle handle) => _keys[handle];

    /// <summary>Whether there is something at a handle.</summary>
    public bool Has(TpmHandle handle) => Handles(handle.Type).Contains(handle.Value);

    /// <summary>Handles of a kind.</summary>
    public IEnumerable<uint> Handles(TpmHt type)
    {
        var found = (TpmuCapabilities.Handles)Side.Commands.GetCapability(TpmCap.Handles, (uint)type << 24, 100).CapabilityData.Data;

        // What is asked for as HMAC sessions is the loaded ones of both kinds, as policy sessions the saved ones (Part 2, 7.2).
        return found.Items.Select(static h => h.Value).Where(h => h >> 24 == (uint)type || type == TpmHt.HmacSession);
    }

    /// <summary>Whether a password is the owner's.</summary>
    public bool IsOwnerPassword(byte[] password)
    {
        try
        {
            using var owner = new TpmEntity(TpmRh.Owner, password);
            Side.Commands.SetPrimaryPolicy(owner, default, TpmAlgId.Null);
            return true;
        }
        catch (TpmCommandException)
        {
            return false;
        }
    }

    /// <summary>What the PCR holds.</summary>
    public byte[] ReadPcr() => Side.Commands.PcrRead([new(TpmAlgId.Sha256, TpmsPcrSelect.Of(Pcr))]).PcrValues[0].Span.ToArray();

    /// <summary>Defines an NV index with the password.</summary>
    public void Define(TpmHandle handle, byte[]? data = null, TpmNt type = TpmNt.Ordinary, TpmPolicy? policy = null, TpmaNvFlags more = TpmaNvFlags.None)
    {
        Side.Commands.NvDefineSpace(TpmRh.Owner, Password, new(PublicOf(handle, type, policy, more)));
        if (data is not null)
        {
            Side.Commands.NvWrite(TpmRh.Owner, handle, data, 0);
        }
    }

    /// <summary>The public area of an NV index that was not written yet.</summary>
    public static TpmsNvPublic PublicOf(TpmHandle handle, TpmNt type = TpmNt.Ordinary, TpmPolicy? policy = null, TpmaNvFlags more = TpmaNvFlags.None) => new(
        handle, TpmAlgId.Sha256, TpmaNv.Of((type == TpmNt.Counter ? Usual & ~TpmaNvFlags.ReadStClear : Usual) | more, type), policy?.Digest() ?? default, (ushort)(type == TpmNt.Counter ? sizeof(ulong) : Sealed.Length));

    /// <summary>What an NV index has; empty if it was not written.</summary>
    public byte[] ReadIndex(TpmHandle handle)
    {
        try
        {
            TpmsNvPublic index = Side.Commands.NvReadPublic(handle).NvPublic.NvPublic;
            return Side.Commands.NvRead(TpmRh.Owner, handle, index.DataSize, 0).Data.Span.ToArray();
        }
        catch (TpmCommandException)
        {
            return [];
        }
    }

    /// <summary>Has a wrong password counted by the lockout.</summary>
    public void SpendOneTry()
    {
        using TpmObject item = Side.OpenObject(Item, "wrong"u8);
        try
        {
            Side.Commands.Unseal(item);
        }
        catch (TpmCommandException)
        {
            // That is what it was for.
        }
    }

    /// <summary>Has a certificate for the salt key in its NV memory, as its maker would have put it there.</summary>
    public void Store(byte[] certificate)
    {
        _certificateOf = certificate;
        if (!Has(s_certificate))
        {
            const TpmaNvFlags Open = TpmaNvFlags.AuthRead | TpmaNvFlags.OwnerRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.NoDa;
            Side.Commands.NvDefineSpace(TpmRh.Owner, default, new(new(s_certificate, TpmAlgId.Sha256, TpmaNv.Of(Open), default, (ushort)certificate.Length)));
            Side.Commands.NvWrite(TpmRh.Owner, s_certificate, certificate, 0);
        }
    }

    /// <summary>Puts everything back.</summary>
    public void Restore()
    {
        foreach (uint handle in Loaded)
        {
            Side.Commands.FlushContext(new TpmHandle(handle));
        }

        if (((TpmaPermanent)Property(TpmPt.Permanent) & (TpmaPermanent.OwnerAuthSet | TpmaPermanent.LockoutAuthSet)) != 0 || LockoutCounter > 0)
        {
            ForgetPasswords();
        }

        if (_lockoutIsSpent)
        {
            // One wrong value disables the lockout authorization for a day; what the platform clears begins anew (Part 3, 24.6).
            Side.Commands.Clear(TpmRh.Platform);
            _lockoutIsSpent = false;
        }

        foreach (uint handle in Handles(TpmHt.NvIndex).Where(static h => h != s_certificate.Value))
        {
            Side.Commands.NvUndefineSpace(TpmRh.Owner, new TpmHandle(handle));
        }

        uint[] persistent = [.. Handles(TpmHt.Persistent)];
        foreach (uint handle in persistent.Except(PersistentHandles))
        {
            Side.Commands.EvictControl(TpmRh.Owner, new TpmHandle(handle), new(handle));
        }

        Side.Commands.PcrReset(TpmHandle.Pcr(Pcr));
        if (PersistentHandles.Except(persistent).Any())
        {
            Provision();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Side.Dispose();

    private uint Property(TpmPt property) =>
        ((TpmuCapabilities.TpmProperties)Side.Commands.GetCapability(TpmCap.TpmProperties, (uint)property, 1).CapabilityData.Data).Items[0].Value;

    /// <summary>Resets the count of wrong passwords; false if the lockout hierarchy was given a wrong value itself.</summary>
    public bool TryResetLockout()
    {
        try
        {
            using var lockout = new TpmEntity(TpmRh.Lockout);
            Side.Commands.DictionaryAttackLockReset(lockout);
            return true;
        }
        catch (TpmCommandException)
        {
            _lockoutIsSpent = true;
            return false;
        }
    }

    private void ForgetPasswords()
    {
        TryResetLockout();
        if (!IsOwnerPassword([]))
        {
            using var owner = new TpmEntity(TpmRh.Owner, IsOwnerPassword(Password) ? Password : NewPassword);
            Side.Commands.HierarchyChangeAuth(owner, default);
        }
    }

    private void Provision()
    {
        foreach (uint handle in Handles(TpmHt.Persistent))
        {
            Side.Commands.EvictControl(TpmRh.Owner, new TpmHandle(handle), new(handle));
        }

        // As on a chip for people: enough tries that a test is not locked out by what it looks for.
        Side.Commands.DictionaryAttackParameters(TpmRh.Lockout, 32, 7200, 86400);

        PcrPolicy = new PolicyPcr(new PolicyPcrValue(TpmAlgId.Sha256, Pcr, new byte[SHA256.HashSizeInBytes]));
        SaltKeyName = Keep(SaltKey, TpmTemplates.EndorsementEcc, TpmRh.Endorsement, isCounted: true);
        Tpm2bName parent = Keep(Parent, TpmTemplates.StorageEcc, TpmRh.Owner, isCounted: true);
        SecretPolicy = new PolicySecret(parent);
        Keep(Item, TpmTemplates.SealedData, TpmRh.Owner, isCounted: true);
        Keep(AuthValueItem, TpmTemplates.SealedData.UnderPolicy(AuthValuePolicy), TpmRh.Owner, isCounted: true);
        Keep(PcrItem, TpmTemplates.SealedData.UnderPolicy(PcrPolicy), TpmRh.Owner, isCounted: false);
        Keep(SecretItem, TpmTemplates.SealedData.UnderPolicy(SecretPolicy), TpmRh.Owner, isCounted: false);
        Keep(Signer, TpmTemplates.SigningEcc, TpmRh.Owner, isCounted: true);
        Keep(Agreement, TpmTemplates.AgreementEcc, TpmRh.Owner, isCounted: true);
        if (_certificateOf.Length > 0)
        {
            Store(_certificateOf);
        }
    }

    /// <summary>Makes an object persistent.</summary>
    /// <param name="handle">Where.</param>
    /// <param name="template">What to make.</param>
    /// <param name="hierarchy">In which hierarchy.</param>
    /// <param name="isCounted">Whether wrong passwords count towards the lockout.</param>
    private Tpm2bName Keep(TpmHandle handle, TpmtPublic template, TpmRh hierarchy, bool isCounted)
    {
        if (isCounted)
        {
            template = template with { ObjectAttributes = template.ObjectAttributes & ~TpmaObject.NoDa };
        }

        byte[] data = template.Type == TpmAlgId.KeyedHash ? Sealed : [];
        using TpmObject made = Side.CreatePrimary(hierarchy, template, new(hierarchy == TpmRh.Owner ? Password : [], data));
        Side.Commands.EvictControl(TpmRh.Owner, made, handle);
        _keys[handle] = made.PublicArea;
        return made.Name;
    }
}

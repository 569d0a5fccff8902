using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>A way in which a command fails, and what libtpms says then.</summary>
internal sealed record Failure(string How, string Code, Action<FailureBench> Run);

/// <summary>A TPM with what commands need to fail: keys, indices, sessions of each kind.</summary>
internal sealed class FailureBench : IDisposable
{
    public static readonly byte[] Auth = "the right value"u8.ToArray();
    public static readonly Tpm2bDigest Zeros = new byte[32];
    public static readonly TpmtSigScheme KeysOwn = new(TpmAlgId.Null);

    /// <summary>Handles that nothing has.</summary>
    public static readonly TpmHandle NoObject = new(0x80000002);
    public static readonly TpmHandle NoPersistent = new(0x810000FF);
    public static readonly TpmHandle NoIndex = new(0x018000FF);

    private readonly List<IDisposable> _held = [];
    private uint _persistent = 0x81000100;

    public FailureBench()
    {
        Tpm = new(TransportCatalog.Default.Open("libtpms"), new() { ProtectBus = false });
        Storage = Persistent(Keys.Storage);
        Signing = Persistent(Keys.Signing);
        Rsa = Persistent(Keys.Rsa);
        Agreement = Persistent(Keys.Agreement);
        Cipher = Persistent(Keys.Cipher);
        Hmac = Persistent(Keys.Hmac);
        Guarded = Persistent(Keys.Sealed with { ObjectAttributes = Keys.Sealed.ObjectAttributes & ~TpmaObject.NoDa }, new(Auth, new byte[8]));
        Unguarded = Persistent(Keys.Sealed, new(Auth, new byte[8]));
        Unwritten = Index(0x01800010, TpmaNvFlags.None);
        Written = Index(0x01800011, TpmaNvFlags.None);
        Commands.NvWrite(Written, Written, new byte[8], 0);
        ByPolicy = Index(0x01800012, TpmaNvFlags.PolicyDelete | TpmaNvFlags.PlatformCreate);
        HmacSession = Session(TpmSe.Hmac);
        Lost = Session(TpmSe.Hmac);
        Commands.FlushContext(Lost);
    }

    public Tpm2 Tpm { get; }

    public Tpm2Commands Commands => Tpm.Commands;

    public TpmHandle Storage { get; }

    public TpmHandle Signing { get; }

    public TpmHandle Rsa { get; }

    public TpmHandle Agreement { get; }

    public TpmHandle Cipher { get; }

    public TpmHandle Hmac { get; }

    /// <summary>Sealed data with a value that is protected from guessing.</summary>
    public TpmHandle Guarded { get; }

    /// <summary>The same, not protected.</summary>
    public TpmHandle Unguarded { get; }

    /// <summary>Ordinary indices of 8 bytes.</summary>
    public TpmHandle Unwritten { get; }

    public TpmHandle Written { get; }

    /// <summary>One that only its policy removes.</summary>
    public TpmHandle ByPolicy { get; }

    /// <summary>A session that is not in the TPM any more.</summary>
    public TpmSession Lost { get; }

    public TpmSession HmacSession { get; }

    /// <summary>Something to authorise with the wrong value.</summary>
    public static TpmEntity Wrong(TpmHandle handle) => new(handle, "a wrong value"u8);

    public static TpmEntity Wrong(TpmRh handle) => Wrong((TpmHandle)handle);

    /// <summary>A policy session, which is gone after the command.</summary>
    public void InPolicy(Action<TpmHandle> use)
    {
        using TpmSession session = Tpm.StartSession(TpmSe.Policy);
        use(session);
    }

    public TpmtSignature Sign(Tpm2bDigest digest) =>
        Commands.Sign(Signing, digest, KeysOwn, new(TpmSt.HashCheck, TpmRh.Null, default)).Signature;

    public Spec.Commands.Create.Response Create() =>
        Commands.Create(Storage, new TpmsSensitiveCreate(default, new byte[8]), Keys.Sealed, default, []);

    /// <summary>A transient object, which is gone after the command.</summary>
    public void With(TpmHandle transient, Action<TpmHandle> use)
    {
        try
        {
            use(transient);
        }
        finally
        {
            Commands.FlushContext(transient);
        }
    }

    /// <summary>The bytes with one bit turned over.</summary>
    public static byte[] Altered(ReadOnlySpan<byte> bytes)
    {
        byte[] altered = bytes.ToArray();
        altered[^1] ^= 1;
        return altered;
    }

    public static Tpm2bDigest Sha256(string text) => SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(text));

    public void Dispose()
    {
        _held.ForEach(h => h.Dispose());
        Tpm.Dispose();
    }

    private TpmSession Session(TpmSe type)
    {
        TpmSession session = Tpm.StartSession(type);
        _held.Add(session);
        return session;
    }

    private TpmHandle Persistent(TpmtPublic template, TpmsSensitiveCreate sensitive = default)
    {
        var handle = new TpmHandle(_persistent++);
        using TpmObject made = Tpm.CreatePrimary(TpmRh.Owner, template, sensitive);
        Commands.EvictControl(TpmRh.Owner, made, handle);
        return handle;
    }

    private TpmHandle Index(uint handle, TpmaNvFlags more)
    {
        var index = new TpmHandle(handle);
        TpmaNv attributes = TpmaNv.Of(
            TpmaNvFlags.OwnerRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.NoDa | more, TpmNt.Ordinary);
        bool platform = more.HasFlag(TpmaNvFlags.PlatformCreate);
        Commands.NvDefineSpace(platform ? TpmRh.Platform : TpmRh.Owner, default, new TpmsNvPublic(index, TpmAlgId.Sha256, attributes, platform ? Zeros : default, 8));
        return index;
    }
}

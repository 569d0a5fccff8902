using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Execution;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw;

public sealed partial class Tpm2
{
    /// <summary>Starts a session (TPM2_StartAuthSession; Part 3, 11.1). It leaves the TPM when it is disposed.</summary>
    /// <param name="type">What it is for.</param>
    /// <param name="salt">A decryption key of the TPM, which keeps who listens from working out the session's key; null for none.</param>
    /// <param name="bind">An entity whose authorisation value goes into the session's key; null for none.</param>
    /// <param name="symmetric">How it encrypts parameters; AES-128 where there is a salt or something bound, otherwise nothing.</param>
    /// <param name="hash">The hash of its HMACs and of its policy.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    /// <exception cref="NotSupportedException">.NET has not got the algorithm.</exception>
    public TpmSession StartSession(
        TpmSe type = TpmSe.Hmac,
        TpmObject? salt = null,
        TpmEntity? bind = null,
        TpmtSymDef? symmetric = null,
        TpmAlgId hash = TpmAlgId.Sha256,
        CancellationToken cancellationToken = default)
    {
        salt?.ThrowIfGone();
        bind?.ThrowIfGone();
        TpmtSymDef cipher = symmetric ?? (salt is null && bind is null && !_engine.IsProtected ? new(TpmAlgId.Null) : new(TpmAlgId.Aes, 128, TpmAlgId.Cfb));
        return _engine.StartSession(new(type, bind, cipher, hash), salt, cancellationToken);
    }

    /// <summary>Makes a primary object (TPM2_CreatePrimary; Part 3, 24.1). It leaves the TPM when it is disposed.</summary>
    /// <param name="hierarchy">The hierarchy.</param>
    /// <param name="template">What to make.</param>
    /// <param name="sensitive">Its authorisation value, and the data where the caller brings it.</param>
    /// <param name="sessions">As for any command.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public TpmObject CreatePrimary(
        TpmEntity hierarchy, TpmtPublic template, TpmsSensitiveCreate sensitive = default, TpmSessions sessions = default, CancellationToken cancellationToken = default)
    {
        CreatePrimary.Response made = Commands.CreatePrimary(
            hierarchy, new(sensitive), new(template), default, default, sessions, cancellationToken);
        return new(_engine.Channel, made.ObjectHandle, made.OutPublic.PublicArea, made.Name, sensitive.UserAuth.Span, _engine.IsProtected);
    }

    /// <summary>Loads an object that its parent encrypted (TPM2_Load; Part 3, 12.2). It leaves the TPM when it is disposed.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="privateArea">The encrypted sensitive area.</param>
    /// <param name="publicArea">The public area.</param>
    /// <param name="authValue">The object's authorisation value.</param>
    /// <param name="sessions">As for any command.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public TpmObject Load(
        TpmEntity parent, Tpm2bPrivate privateArea, TpmtPublic publicArea, ReadOnlySpan<byte> authValue = default, TpmSessions sessions = default, CancellationToken cancellationToken = default)
    {
        Load.Response loaded = Commands.Load(parent, privateArea, new(publicArea), sessions, cancellationToken);
        return new(_engine.Channel, loaded.ObjectHandle, publicArea, loaded.Name, authValue);
    }

    /// <summary>
    /// Brings a key or data from outside below a parent (TPM2_Import; Part 3, 13.3). The sensitive area goes encrypted with
    /// a key made for this once, and that key as the bus is protected.
    /// </summary>
    /// <param name="parent">The parent.</param>
    /// <param name="publicArea">The public area, whose unique field fits the sensitive area.</param>
    /// <param name="sensitive">The sensitive area.</param>
    /// <param name="sessions">As for any command.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <returns>The sensitive area, encrypted by the parent: <see cref="Load"/> loads it.</returns>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public Tpm2bPrivate Import(
        TpmEntity parent, TpmtPublic publicArea, TpmtSensitive sensitive, TpmSessions sessions = default, CancellationToken cancellationToken = default)
    {
        byte[] key = GC.AllocateUninitializedArray<byte>(InnerWrap.Cipher.KeyBits / 8, pinned: true);
        try
        {
            byte[] duplicate = InnerWrap.Encrypt(sensitive, publicArea.NameAlg, TpmName.Of(publicArea), key);
            return Commands.Import(parent, key, new(publicArea), duplicate, default, InnerWrap.Cipher, sessions, cancellationToken).OutPrivate;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Loads a public key that belongs to no parent (TPM2_LoadExternal; Part 3, 12.3). It leaves the TPM when it is disposed.</summary>
    /// <param name="publicArea">The public area.</param>
    /// <param name="hierarchy">The hierarchy that tickets made with it belong to; null for none.</param>
    /// <param name="sessions">As for any command.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public TpmObject LoadExternal(
        TpmtPublic publicArea, TpmHandle? hierarchy = null, TpmSessions sessions = default, CancellationToken cancellationToken = default)
    {
        LoadExternal.Response loaded = Commands.LoadExternal(default, new(publicArea), hierarchy ?? TpmRh.Null, sessions, cancellationToken);
        return new(_engine.Channel, loaded.ObjectHandle, publicArea, loaded.Name, default);
    }

    /// <summary>An object that is loaded already, such as a persistent one (TPM2_ReadPublic; Part 3, 12.4). A transient one is taken over.</summary>
    /// <param name="handle">Its handle.</param>
    /// <param name="authValue">Its authorisation value.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public TpmObject OpenObject(TpmHandle handle, ReadOnlySpan<byte> authValue = default, CancellationToken cancellationToken = default)
    {
        ReadPublic.Response read = Commands.ReadPublic(handle, cancellationToken: cancellationToken);
        return new(_engine.Channel, handle, read.OutPublic.PublicArea, read.Name, authValue, _engine.IsProtected);
    }

    /// <summary>An NV index (TPM2_NV_ReadPublic; Part 3, 31.6).</summary>
    /// <param name="handle">Its handle.</param>
    /// <param name="authValue">Its authorisation value.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public TpmNvIndex OpenNvIndex(TpmHandle handle, ReadOnlySpan<byte> authValue = default, CancellationToken cancellationToken = default)
    {
        NvReadPublic.Response read = Commands.NvReadPublic(handle, cancellationToken: cancellationToken);
        NameReading.ThrowIfAnother(handle, read.NvPublic.NvPublic);
        return new(read.NvPublic.NvPublic, read.NvName, authValue);
    }
}

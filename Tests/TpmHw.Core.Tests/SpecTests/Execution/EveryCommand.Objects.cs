using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Chapters 12, 13 and 28 of Part 3.</summary>
internal sealed partial class EveryCommand
{
    private void Objects()
    {
        TpmHandle parent = _keys.Primary(Keys.Storage);
        Tpm2bSensitiveData secret = RandomNumberGenerator.GetBytes(32);
        var made = Commands.Create(parent, new TpmsSensitiveCreate(default, secret), Keys.Sealed, new byte[4], [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0, 7))]);
        Assert.Equal(SHA256.HashData(Bytes(made.CreationData.CreationData)), made.CreationHash.Span);
        TpmHandle item = Commands.Load(parent, made.OutPrivate, made.OutPublic).ObjectHandle;
        Assert.Equal(secret, Commands.Unseal(item).OutData);
        Assert.NotEqual(0, Commands.ObjectChangeAuth(item, parent, new byte[8]).OutPrivate.Size);
        Assert.Equal(made.OutPublic, Commands.ReadPublic(item).OutPublic);

        TpmsContext context = Commands.ContextSave(item).Context;
        Commands.FlushContext(item);
        item = Commands.ContextLoad(context).LoadedHandle;
        Assert.Equal(secret, Commands.Unseal(item).OutData);
        Commands.FlushContext(item);

        byte[] credential = RandomNumberGenerator.GetBytes(20);
        _keys.With(Keys.Signing, signing =>
        {
            var blob = Commands.MakeCredential(parent, credential, Commands.ReadPublic(signing).Name);
            Assert.Equal(credential, Commands.ActivateCredential(signing, parent, blob.CredentialBlob, blob.Secret).CertInfo.Span);
        });

        Commands.FlushContext(Commands.CreateLoaded(parent, Keys.Empty, Bytes(Keys.Signing)).ObjectHandle);
        Duplicates(parent);

        TpmHandle persistent = new(0x81000010);
        Commands.EvictControl(TpmRh.Owner, parent, persistent);
        Commands.EvictControl(TpmRh.Owner, persistent, persistent);
        Commands.FlushContext(parent);
    }

    /// <summary>A key from outside, imported in clear and wrapped for a parent.</summary>
    private void Duplicates(TpmHandle parent)
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        TpmtPublic area = Keys.Hmac with
        {
            ObjectAttributes = TpmaObject.UserWithAuth | TpmaObject.Sign,
            Unique = new TpmuPublicId.Digest(SHA256.HashData([.. seed, .. key])),
        };
        var sensitive = new TpmtSensitive(TpmAlgId.KeyedHash, default, seed, new TpmuSensitiveComposite.Bits(key));
        Tpm2bPrivate duplicate = Bytes(new Tpm2bSensitive(sensitive));
        var imported = Commands.Import(parent, default, area, duplicate, default, Keys.NoCipher);
        TpmHandle loaded = Commands.Load(parent, imported.OutPrivate, area).ObjectHandle;
        Assert.Equal(HMACSHA256.HashData(key, "data"u8), Commands.Hmac(loaded, "data"u8.ToArray(), TpmAlgId.Null).OutHmac.Span);
        var external = Commands.LoadExternal(new(sensitive), area, TpmRh.Null);
        Assert.Equal(Commands.ReadPublic(loaded).Name, external.Name);
        Commands.FlushContext(external.ObjectHandle);
        Commands.FlushContext(loaded);

        // Wrapped for the parent, the same key imports again.
        var wrapped = Commands.Rewrap(TpmRh.Null, parent, duplicate, external.Name, default);
        Commands.Import(parent, default, area, wrapped.OutDuplicate, wrapped.OutSymSeed, Keys.NoCipher);
    }

    private static byte[] Bytes<T>(T structure) where T : ITpmStructure<T>
    {
        var writer = new TpmWriter(new byte[4096]);
        structure.Write(ref writer);
        return writer.Written.ToArray();
    }
}

using TpmHw.Spec;
using static TpmHw.Core.Tests.SpecTests.Execution.FailureBench;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>How each command of libtpms typically fails. Rows are in the order of Part 3; those at the end lock something.</summary>
internal static partial class Failures
{
    private static readonly Tpm2bData s_noData = new(default);

    public static IEnumerable<Failure> All => [.. s_basics, .. s_objects, .. s_primitives, .. s_attestation, .. s_policies, .. s_hierarchies, .. s_storage, .. s_last];

    /// <summary>Chapters 9 to 11, 16, 22 and 30.</summary>
    private static readonly Failure[] s_basics =
    [
        new("a second time", "TPM_RC_INITIALIZE (0x100)", t => { t.Commands.GetRandom(1); t.Commands.Startup(TpmSu.Clear); }),
        new("a type that there is not", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.Commands.Shutdown((TpmSu)7)),
        new("through a session that is gone", "TPM_RC_REFERENCE_S0 (0x918)", t => t.Commands.SelfTest(true, t.Lost)),
        new("an algorithm that there is not", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.Commands.IncrementalSelfTest([(TpmAlgId)0x7777])),
        new("through a session that is gone", "TPM_RC_REFERENCE_S0 (0x918)", t => t.Commands.GetTestResult(t.Lost)),
        new("a nonce of 8 bytes", "TPM_RC_SIZE (0x1D5, parameter 1)", t => t.Commands.StartAuthSession(TpmRh.Null, TpmRh.Null, new byte[8], default, TpmSe.Hmac, new(TpmAlgId.Null), TpmAlgId.Sha256)),
        new("an HMAC session", "TPM_RC_VALUE (0x184, handle 1)", t => t.Commands.PolicyRestart(t.HmacSession)),
        new("through a session that is gone", "TPM_RC_REFERENCE_S0 (0x918)", t => t.Commands.GetRandom(8, t.Lost)),
        new("129 bytes", "TPM_RC_SIZE (0x1D5, parameter 1)", t => t.Commands.StirRandom(new byte[129])),
        new("PCR 17 at locality 0", "TPM_RC_LOCALITY (0x907)", t => t.Commands.PcrExtend(TpmHandle.Pcr(17), [new(TpmAlgId.Sha256, new byte[32])])),
        new("PCR 17 at locality 0", "TPM_RC_LOCALITY (0x907)", t => t.Commands.PcrEvent(TpmHandle.Pcr(17), new byte[4])),
        new("a bank that there is not", "TPM_RC_HASH (0x1C3, parameter 1)", t => t.Commands.PcrRead([new((TpmAlgId)0x7777, TpmsPcrSelect.Of(0))])),
        new("a wrong password", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.Commands.PcrAllocate(Wrong(TpmRh.Platform), [])),
        new("PCR 0, which takes no policy", "TPM_RC_VALUE (0x3C4, parameter 3)", t => t.Commands.PcrSetAuthPolicy(TpmRh.Platform, default, TpmAlgId.Null, TpmHandle.Pcr(0))),
        new("PCR 0, which takes no value", "TPM_RC_VALUE (0x084)", t => t.Commands.PcrSetAuthValue(TpmHandle.Pcr(0), default)),
        new("PCR 0, which is never reset", "TPM_RC_LOCALITY (0x907)", t => t.Commands.PcrReset(TpmHandle.Pcr(0))),
        new("a capability that there is not", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.Commands.GetCapability((TpmCap)0x77, 0, 1)),
        new("RSA of 1000 bits", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.Commands.TestParms(new(TpmAlgId.Rsa, new TpmuPublicParms.Rsa(Keys.NoCipher, new(TpmAlgId.Null), 1000, 0)))),
    ];

    /// <summary>Chapters 12, 13 and 28.</summary>
    private static readonly Failure[] s_objects =
    [
        new("a parent that is a signing key", "TPM_RC_TYPE (0x18A, handle 1)", t => t.Commands.Create(t.Signing, Keys.Empty, Keys.Signing, s_noData, [])),
        new("an altered private area", "TPM_RC_INTEGRITY (0x1DF, parameter 1)", t => { var made = t.Create(); t.Commands.Load(t.Storage, Altered(made.OutPrivate.Span), made.OutPublic); }),
        new("a private area in the owner's hierarchy", "TPM_RC_HIERARCHY (0x3C5, parameter 3)", t => t.Commands.LoadExternal(
            new(new TpmtSensitive(TpmAlgId.KeyedHash, default, new byte[32], new TpmuSensitiveComposite.Bits(new byte[32]))), Keys.Hmac, TpmRh.Owner)),
        new("a handle that nothing has", "TPM_RC_HANDLE (0x18B, handle 1)", t => t.Commands.ReadPublic(NoPersistent)),
        new("an altered credential", "TPM_RC_INTEGRITY (0x1DF, parameter 1)", t =>
        {
            var blob = t.Commands.MakeCredential(t.Storage, new byte[16], t.Commands.ReadPublic(t.Signing).Name);
            t.Commands.ActivateCredential(t.Signing, t.Storage, Altered(blob.CredentialBlob.Span), blob.Secret);
        }),
        new("a key that is no storage key", "TPM_RC_TYPE (0x18A, handle 1)", t => t.Commands.MakeCredential(t.Signing, new byte[16], new byte[34])),
        new("a wrong password, not protected from guessing", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.Commands.Unseal(Wrong(t.Unguarded))),
        new("a parent that is not its own", "TPM_RC_TYPE (0x28A, handle 2)", t =>
        {
            var made = t.Create();
            t.With(t.Commands.Load(t.Storage, made.OutPrivate, made.OutPublic).ObjectHandle, item => t.Commands.ObjectChangeAuth(item, t.Signing, default));
        }),
        new("half a template", "TPM_RC_INSUFFICIENT (0x2DA, parameter 2)", t => t.Commands.CreateLoaded(t.Storage, Keys.Empty, new byte[] { 0, 0x23, 0, 0x0B })),
        new("with a password instead of a policy", "TPM_RC_AUTH_TYPE (0x124)", t => t.Commands.Duplicate(t.Signing, TpmRh.Null, default, Keys.NoCipher)),
        new("a duplicate that is none", "TPM_RC_VALUE (0x3C4, parameter 3)", t => t.Commands.Rewrap(t.Storage, TpmRh.Null, new byte[40], new byte[34], new byte[80])),
        new("a seed that is none", "TPM_RC_ECC_POINT (0x4E7, parameter 4)", t => t.Commands.Import(t.Storage, s_noData, Keys.Hmac with { ObjectAttributes = TpmaObject.Sign }, new byte[40], new byte[80], Keys.NoCipher)),
        new("a handle that nothing has", "TPM_RC_REFERENCE_H0 (0x910)", t => t.Commands.ContextSave(NoObject)),
        new("an altered context", "TPM_RC_INTEGRITY (0x1DF, parameter 1)", t =>
        {
            TpmHandle sequence = t.Commands.HashSequenceStart(default, TpmAlgId.Sha256).SequenceHandle;
            TpmsContext saved = t.Commands.ContextSave(sequence).Context;
            t.Commands.FlushContext(sequence);
            t.Commands.ContextLoad(saved with { ContextBlob = Altered(saved.ContextBlob.Span) });
        }),
        new("a handle that nothing has", "TPM_RC_HANDLE (0x1CB, parameter 1)", t => t.Commands.FlushContext(NoObject)),
        new("the owner at a handle of the platform's", "TPM_RC_RANGE (0x1CD, parameter 1)", t => t.With(
            t.Commands.CreatePrimary(TpmRh.Owner, Keys.Empty, Keys.Signing, s_noData, []).ObjectHandle,
            key => t.Commands.EvictControl(TpmRh.Owner, key, new(0x81800000)))),
    ];

    /// <summary>Chapters 14, 15, 17 and 19.</summary>
    private static readonly Failure[] s_primitives =
    [
        new("a key that is not RSA", "TPM_RC_KEY (0x19C, handle 1)", t => t.Commands.RsaEncrypt(t.Signing, new byte[16], new(TpmAlgId.Rsaes), s_noData)),
        new("less than the key's size", "TPM_RC_SIZE (0x095)", t => t.Commands.RsaDecrypt(t.Rsa, new byte[16], new(TpmAlgId.Rsaes), s_noData)),
        new("an RSA key", "TPM_RC_KEY (0x19C, handle 1)", t => t.Commands.EcdhKeyGen(t.Rsa)),
        new("a point beside the curve", "TPM_RC_ECC_POINT (0x1E7, parameter 1)", t => t.Commands.EcdhZGen(t.Agreement, new TpmsEccPoint(new byte[] { 1 }, new byte[] { 1 }))),
        new("a curve that there is not", "TPM_RC_CURVE (0x1E6, parameter 1)", t => t.Commands.EccParameters((TpmEccCurve)0x77)),
        new("a point beside the curve", "TPM_RC_ECC_POINT (0x1E7, parameter 1)", t => t.Commands.ZGen2Phase(
            t.Agreement, new TpmsEccPoint(new byte[] { 1 }, new byte[] { 1 }), new TpmsEccPoint(new byte[] { 1 }, new byte[] { 1 }), TpmAlgId.Ecdh, 0)),
        new("an IV of 8 bytes", "TPM_RC_SIZE (0x3D5, parameter 3)", t => t.Commands.EncryptDecrypt(t.Cipher, false, TpmAlgId.Cfb, new byte[8], new byte[16])),
        new("an IV of 8 bytes", "TPM_RC_SIZE (0x4D5, parameter 4)", t => t.Commands.EncryptDecrypt2(t.Cipher, new byte[16], false, TpmAlgId.Cfb, new byte[8])),
        new("a hash that is none", "TPM_RC_HASH (0x2C3, parameter 2)", t => t.Commands.Hash(new byte[4], TpmAlgId.Rsa, TpmRh.Null)),
        new("a key for signatures", "TPM_RC_TYPE (0x18A, handle 1)", t => t.Commands.Hmac(t.Signing, new byte[4], TpmAlgId.Sha256)),
        new("a key for signatures", "TPM_RC_TYPE (0x18A, handle 1)", t => t.Commands.HmacStart(t.Signing, default, TpmAlgId.Sha256)),
        new("a hash that is none", "TPM_RC_HASH (0x2C3, parameter 2)", t => t.Commands.HashSequenceStart(default, TpmAlgId.Rsa)),
        new("a key, which is no sequence", "TPM_RC_MODE (0x1C9, parameter 1)", t => t.Commands.SequenceUpdate(t.Hmac, new byte[4])),
        new("an event sequence", "TPM_RC_MODE (0x189, handle 1)", t => t.With(t.Commands.HashSequenceStart(default, TpmAlgId.Null).SequenceHandle, s => t.Commands.SequenceComplete(s, new byte[4], TpmRh.Null))),
        new("a hash sequence", "TPM_RC_MODE (0x289, handle 2)", t => t.With(
            t.Commands.HashSequenceStart(default, TpmAlgId.Sha256).SequenceHandle, s => t.Commands.EventSequenceComplete(TpmHandle.Pcr(16), s, new byte[4]))),
        new("a key without such a scheme", "TPM_RC_SCHEME (0x192, handle 1)", t => t.Commands.Commit(t.Signing, new TpmsEccPoint(), default, default)),
        new("a curve that there is not", "TPM_RC_CURVE (0x1E6, parameter 1)", t => t.Commands.EcEphemeral((TpmEccCurve)0x77)),
    ];

    /// <summary>Chapters 18, 20 and 21.</summary>
    private static readonly Failure[] s_attestation =
    [
        new("a storage key signs", "TPM_RC_KEY (0x29C, handle 2)", t => t.Commands.Certify(t.Hmac, t.Storage, s_noData, KeysOwn)),
        new("a ticket that is none", "TPM_RC_TICKET (0x4E0, parameter 4)", t => t.Commands.CertifyCreation(t.Signing, t.Signing, s_noData, Zeros, KeysOwn, new(TpmSt.Creation, TpmRh.Owner, Zeros))),
        new("a storage key signs", "TPM_RC_KEY (0x19C, handle 1)", t => t.Commands.Quote(t.Storage, s_noData, KeysOwn, [])),
        new("a session that has audited nothing", "TPM_RC_TYPE (0x38A, handle 3)", t => t.Commands.GetSessionAuditDigest(TpmRh.Endorsement, TpmRh.Null, t.HmacSession, s_noData, KeysOwn)),
        new("a wrong password", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.Commands.GetCommandAuditDigest(Wrong(TpmRh.Endorsement), TpmRh.Null, s_noData, KeysOwn)),
        new("another scheme than the key's", "TPM_RC_SCHEME (0x2D2, parameter 2)", t => t.Commands.GetTime(
            TpmRh.Endorsement, t.Signing, s_noData, new(TpmAlgId.Ecschnorr, new TpmuSigScheme.Hash(TpmAlgId.Sha256)))),
        new("a key that signs no certificates", "TPM_RC_VALUE (0x3C4, parameter 3)", t => t.Commands.CertifyX509(t.Signing, t.Signing, s_noData, KeysOwn, new byte[] { 0x30, 0 })),
        new("a signature of something else", "TPM_RC_SIGNATURE (0x2DB, parameter 2)", t => t.Commands.VerifySignature(t.Signing, Sha256("one"), t.Sign(Sha256("another")))),
        new("a digest of 8 bytes", "TPM_RC_SIZE (0x1D5, parameter 1)", t => t.Commands.Sign(t.Signing, new byte[8], KeysOwn, new(TpmSt.HashCheck, TpmRh.Null, default))),
        new("a hash that is none", "TPM_RC_HASH (0x1C3, parameter 1)", t => t.Commands.SetCommandCodeAuditStatus(TpmRh.Owner, TpmAlgId.Rsa, [], [])),
    ];
}

using TpmHw.Spec;
using static TpmHw.Transport.SecretPart;

namespace TpmHw.Transport;

/// <summary>Which parameters of a message are kept from whoever reads a log.</summary>
internal enum SecretPart
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>The first one, a TPM2B.</summary>
    First,

    /// <summary>All of them.</summary>
    All,
}

/// <summary>Where a TPM 2.0 command's areas lie (Part 1, 18) and which of its parameters are secret.</summary>
/// <param name="Handles">Handles before the authorization area.</param>
/// <param name="Authorizations">Handles that must be authorised; a command without these sessions is malformed.</param>
/// <param name="ReturnsHandle">Whether the response starts with a handle.</param>
/// <param name="Command">What of the command's parameters is secret.</param>
/// <param name="Response">What of the response's parameters is secret.</param>
internal readonly record struct Tpm20Secrets(
    int Handles,
    int Authorizations,
    bool ReturnsHandle = false,
    SecretPart Command = None,
    SecretPart Response = None)
{
    // In the order of Part 3. Blobs that the TPM itself has encrypted (outPrivate, contextBlob, encryptedSalt, credentialBlob)
    // are no secrets. Tickets of PolicySigned and PolicySecret are: whoever has one is authorised until it expires.
    // The firmware commands are left out: a command that isn't here is withheld whole.
    private static readonly Dictionary<TpmCc, Tpm20Secrets> s_table = new()
    {
        [TpmCc.Startup] = new(0, 0),
        [TpmCc.Shutdown] = new(0, 0),
        [TpmCc.SelfTest] = new(0, 0),
        [TpmCc.IncrementalSelfTest] = new(0, 0),
        [TpmCc.GetTestResult] = new(0, 0),
        [TpmCc.StartAuthSession] = new(2, 0, ReturnsHandle: true),
        [TpmCc.PolicyRestart] = new(1, 0),
        [TpmCc.Create] = new(1, 1, Command: First),
        [TpmCc.Load] = new(1, 1, ReturnsHandle: true),
        [TpmCc.LoadExternal] = new(0, 0, ReturnsHandle: true, Command: First),
        [TpmCc.ReadPublic] = new(1, 0),
        [TpmCc.ActivateCredential] = new(2, 2, Response: All),
        [TpmCc.MakeCredential] = new(1, 0, Command: First),
        [TpmCc.Unseal] = new(1, 1, Response: All),
        [TpmCc.ObjectChangeAuth] = new(2, 1, Command: All),
        [TpmCc.CreateLoaded] = new(1, 1, ReturnsHandle: true, Command: First),
        [TpmCc.Duplicate] = new(2, 1, Command: All, Response: All),
        [TpmCc.Rewrap] = new(2, 1, Command: All, Response: All),
        [TpmCc.Import] = new(1, 1, Command: All),
        [TpmCc.RsaEncrypt] = new(1, 0, Command: First),
        [TpmCc.RsaDecrypt] = new(1, 1, Response: All),
        [TpmCc.EcdhKeyGen] = new(1, 0, Response: First),
        [TpmCc.EcdhZGen] = new(1, 1, Response: All),
        [TpmCc.EccParameters] = new(0, 0),
        [TpmCc.ZGen2Phase] = new(1, 1, Response: All),
        [TpmCc.EccEncrypt] = new(1, 0, Command: First),
        [TpmCc.EccDecrypt] = new(1, 1, Response: All),
        [TpmCc.EncryptDecrypt] = new(1, 1, Command: All, Response: All),
        [TpmCc.EncryptDecrypt2] = new(1, 1, Command: All, Response: All),
        [TpmCc.Hash] = new(0, 0, Command: First, Response: First),
        [TpmCc.Hmac] = new(1, 1, Command: First, Response: All),
        [TpmCc.GetRandom] = new(0, 0, Response: All),
        [TpmCc.StirRandom] = new(0, 0, Command: All),
        [TpmCc.HmacStart] = new(1, 1, ReturnsHandle: true, Command: First),
        [TpmCc.HashSequenceStart] = new(0, 0, ReturnsHandle: true, Command: First),
        [TpmCc.SequenceUpdate] = new(1, 1, Command: All),
        [TpmCc.SequenceComplete] = new(1, 1, Command: First, Response: First),
        [TpmCc.EventSequenceComplete] = new(2, 2, Command: All),
        [TpmCc.Certify] = new(2, 2),
        [TpmCc.CertifyCreation] = new(2, 1),
        [TpmCc.Quote] = new(1, 1),
        [TpmCc.GetSessionAuditDigest] = new(3, 2),
        [TpmCc.GetCommandAuditDigest] = new(2, 2),
        [TpmCc.GetTime] = new(2, 2),
        [TpmCc.CertifyX509] = new(2, 2),
        [TpmCc.Commit] = new(1, 1),
        [TpmCc.EcEphemeral] = new(0, 0),
        [TpmCc.VerifySignature] = new(1, 0),
        [TpmCc.Sign] = new(1, 1),
        [TpmCc.SetCommandCodeAuditStatus] = new(1, 1),
        [TpmCc.PcrExtend] = new(1, 1),
        [TpmCc.PcrEvent] = new(1, 1, Command: All),
        [TpmCc.PcrRead] = new(0, 0),
        [TpmCc.PcrAllocate] = new(1, 1),
        [TpmCc.PcrSetAuthPolicy] = new(1, 1),
        [TpmCc.PcrSetAuthValue] = new(1, 1, Command: All),
        [TpmCc.PcrReset] = new(1, 1),
        [TpmCc.PolicySigned] = new(2, 0, Response: All),
        [TpmCc.PolicySecret] = new(2, 1, Response: All),
        [TpmCc.PolicyTicket] = new(1, 0, Command: All),
        [TpmCc.PolicyOr] = new(1, 0),
        [TpmCc.PolicyPcr] = new(1, 0),
        [TpmCc.PolicyLocality] = new(1, 0),
        [TpmCc.PolicyNv] = new(3, 1, Command: First),
        [TpmCc.PolicyCounterTimer] = new(1, 0),
        [TpmCc.PolicyCommandCode] = new(1, 0),
        [TpmCc.PolicyPhysicalPresence] = new(1, 0),
        [TpmCc.PolicyCpHash] = new(1, 0),
        [TpmCc.PolicyNameHash] = new(1, 0),
        [TpmCc.PolicyDuplicationSelect] = new(1, 0),
        [TpmCc.PolicyAuthorize] = new(1, 0),
        [TpmCc.PolicyAuthValue] = new(1, 0),
        [TpmCc.PolicyPassword] = new(1, 0),
        [TpmCc.PolicyGetDigest] = new(1, 0),
        [TpmCc.PolicyNvWritten] = new(1, 0),
        [TpmCc.PolicyTemplate] = new(1, 0),
        [TpmCc.PolicyAuthorizeNv] = new(3, 1),
        [TpmCc.PolicyCapability] = new(1, 0, Command: First),
        [TpmCc.PolicyParameters] = new(1, 0),
        [TpmCc.PolicyTransportSpdm] = new(1, 0),
        [TpmCc.CreatePrimary] = new(1, 1, ReturnsHandle: true, Command: First),
        [TpmCc.HierarchyControl] = new(1, 1),
        [TpmCc.SetPrimaryPolicy] = new(1, 1),
        [TpmCc.ChangePps] = new(1, 1),
        [TpmCc.ChangeEps] = new(1, 1),
        [TpmCc.Clear] = new(1, 1),
        [TpmCc.ClearControl] = new(1, 1),
        [TpmCc.HierarchyChangeAuth] = new(1, 1, Command: All),
        [TpmCc.DictionaryAttackLockReset] = new(1, 1),
        [TpmCc.DictionaryAttackParameters] = new(1, 1),
        [TpmCc.PpCommands] = new(1, 1),
        [TpmCc.SetAlgorithmSet] = new(1, 1),
        [TpmCc.ContextSave] = new(1, 0),
        [TpmCc.ContextLoad] = new(0, 0, ReturnsHandle: true),
        [TpmCc.FlushContext] = new(0, 0),
        [TpmCc.EvictControl] = new(2, 1),
        [TpmCc.ReadClock] = new(0, 0),
        [TpmCc.ClockSet] = new(1, 1),
        [TpmCc.ClockRateAdjust] = new(1, 1),
        [TpmCc.GetCapability] = new(0, 0),
        [TpmCc.SetCapability] = new(1, 1, Command: All),
        [TpmCc.TestParms] = new(0, 0),
        [TpmCc.NvDefineSpace] = new(1, 1, Command: First),
        [TpmCc.NvUndefineSpace] = new(2, 1),
        [TpmCc.NvUndefineSpaceSpecial] = new(2, 2),
        [TpmCc.NvReadPublic] = new(1, 0),
        [TpmCc.NvWrite] = new(2, 1, Command: First),
        [TpmCc.NvIncrement] = new(2, 1),
        [TpmCc.NvExtend] = new(2, 1, Command: All),
        [TpmCc.NvSetBits] = new(2, 1),
        [TpmCc.NvWriteLock] = new(2, 1),
        [TpmCc.NvGlobalWriteLock] = new(1, 1),
        [TpmCc.NvRead] = new(2, 1, Response: All),
        [TpmCc.NvReadLock] = new(2, 1),
        [TpmCc.NvChangeAuth] = new(1, 1, Command: All),
        [TpmCc.NvCertify] = new(3, 2, Response: First),
        [TpmCc.NvDefineSpace2] = new(1, 1, Command: First),
        [TpmCc.NvReadPublic2] = new(1, 0),
        [TpmCc.AcGetCapability] = new(1, 0),
        [TpmCc.AcSend] = new(3, 2, Command: First),
        [TpmCc.PolicyAcSendSelect] = new(1, 0),
        [TpmCc.ActSetTimeout] = new(1, 1),
        [TpmCc.ReadOnlyControl] = new(1, 1),
    };

    public static bool TryFind(uint commandCode, out Tpm20Secrets secrets) => s_table.TryGetValue((TpmCc)commandCode, out secrets);
}

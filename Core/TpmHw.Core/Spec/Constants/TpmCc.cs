namespace TpmHw.Spec;

/// <summary>TPM_CC: the command codes (Part 2, 6.5.2). Vendor commands have bit 29 set and are not listed.</summary>
[TpmNames("TPM_CC_")]
public enum TpmCc : uint
{
    /// <summary>TPM2_NV_UndefineSpaceSpecial.</summary>
    [TpmName("NV_UndefineSpaceSpecial")] NvUndefineSpaceSpecial = 0x0000011F,

    /// <summary>TPM2_EvictControl.</summary>
    [TpmName("EvictControl")] EvictControl = 0x00000120,

    /// <summary>TPM2_HierarchyControl.</summary>
    [TpmName("HierarchyControl")] HierarchyControl = 0x00000121,

    /// <summary>TPM2_NV_UndefineSpace.</summary>
    [TpmName("NV_UndefineSpace")] NvUndefineSpace = 0x00000122,

    /// <summary>TPM2_ChangeEPS.</summary>
    [TpmName("ChangeEPS")] ChangeEps = 0x00000124,

    /// <summary>TPM2_ChangePPS.</summary>
    [TpmName("ChangePPS")] ChangePps = 0x00000125,

    /// <summary>TPM2_Clear.</summary>
    [TpmName("Clear")] Clear = 0x00000126,

    /// <summary>TPM2_ClearControl.</summary>
    [TpmName("ClearControl")] ClearControl = 0x00000127,

    /// <summary>TPM2_ClockSet.</summary>
    [TpmName("ClockSet")] ClockSet = 0x00000128,

    /// <summary>TPM2_HierarchyChangeAuth.</summary>
    [TpmName("HierarchyChangeAuth")] HierarchyChangeAuth = 0x00000129,

    /// <summary>TPM2_NV_DefineSpace.</summary>
    [TpmName("NV_DefineSpace")] NvDefineSpace = 0x0000012A,

    /// <summary>TPM2_PCR_Allocate.</summary>
    [TpmName("PCR_Allocate")] PcrAllocate = 0x0000012B,

    /// <summary>TPM2_PCR_SetAuthPolicy.</summary>
    [TpmName("PCR_SetAuthPolicy")] PcrSetAuthPolicy = 0x0000012C,

    /// <summary>TPM2_PP_Commands.</summary>
    [TpmName("PP_Commands")] PpCommands = 0x0000012D,

    /// <summary>TPM2_SetPrimaryPolicy.</summary>
    [TpmName("SetPrimaryPolicy")] SetPrimaryPolicy = 0x0000012E,

    /// <summary>TPM2_FieldUpgradeStart.</summary>
    [TpmName("FieldUpgradeStart")] FieldUpgradeStart = 0x0000012F,

    /// <summary>TPM2_ClockRateAdjust.</summary>
    [TpmName("ClockRateAdjust")] ClockRateAdjust = 0x00000130,

    /// <summary>TPM2_CreatePrimary.</summary>
    [TpmName("CreatePrimary")] CreatePrimary = 0x00000131,

    /// <summary>TPM2_NV_GlobalWriteLock.</summary>
    [TpmName("NV_GlobalWriteLock")] NvGlobalWriteLock = 0x00000132,

    /// <summary>TPM2_GetCommandAuditDigest.</summary>
    [TpmName("GetCommandAuditDigest")] GetCommandAuditDigest = 0x00000133,

    /// <summary>TPM2_NV_Increment.</summary>
    [TpmName("NV_Increment")] NvIncrement = 0x00000134,

    /// <summary>TPM2_NV_SetBits.</summary>
    [TpmName("NV_SetBits")] NvSetBits = 0x00000135,

    /// <summary>TPM2_NV_Extend.</summary>
    [TpmName("NV_Extend")] NvExtend = 0x00000136,

    /// <summary>TPM2_NV_Write.</summary>
    [TpmName("NV_Write")] NvWrite = 0x00000137,

    /// <summary>TPM2_NV_WriteLock.</summary>
    [TpmName("NV_WriteLock")] NvWriteLock = 0x00000138,

    /// <summary>TPM2_DictionaryAttackLockReset.</summary>
    [TpmName("DictionaryAttackLockReset")] DictionaryAttackLockReset = 0x00000139,

    /// <summary>TPM2_DictionaryAttackParameters.</summary>
    [TpmName("DictionaryAttackParameters")] DictionaryAttackParameters = 0x0000013A,

    /// <summary>TPM2_NV_ChangeAuth.</summary>
    [TpmName("NV_ChangeAuth")] NvChangeAuth = 0x0000013B,

    /// <summary>TPM2_PCR_Event.</summary>
    [TpmName("PCR_Event")] PcrEvent = 0x0000013C,

    /// <summary>TPM2_PCR_Reset.</summary>
    [TpmName("PCR_Reset")] PcrReset = 0x0000013D,

    /// <summary>TPM2_SequenceComplete.</summary>
    [TpmName("SequenceComplete")] SequenceComplete = 0x0000013E,

    /// <summary>TPM2_SetAlgorithmSet.</summary>
    [TpmName("SetAlgorithmSet")] SetAlgorithmSet = 0x0000013F,

    /// <summary>TPM2_SetCommandCodeAuditStatus.</summary>
    [TpmName("SetCommandCodeAuditStatus")] SetCommandCodeAuditStatus = 0x00000140,

    /// <summary>TPM2_FieldUpgradeData.</summary>
    [TpmName("FieldUpgradeData")] FieldUpgradeData = 0x00000141,

    /// <summary>TPM2_IncrementalSelfTest.</summary>
    [TpmName("IncrementalSelfTest")] IncrementalSelfTest = 0x00000142,

    /// <summary>TPM2_SelfTest.</summary>
    [TpmName("SelfTest")] SelfTest = 0x00000143,

    /// <summary>TPM2_Startup.</summary>
    [TpmName("Startup")] Startup = 0x00000144,

    /// <summary>TPM2_Shutdown.</summary>
    [TpmName("Shutdown")] Shutdown = 0x00000145,

    /// <summary>TPM2_StirRandom.</summary>
    [TpmName("StirRandom")] StirRandom = 0x00000146,

    /// <summary>TPM2_ActivateCredential.</summary>
    [TpmName("ActivateCredential")] ActivateCredential = 0x00000147,

    /// <summary>TPM2_Certify.</summary>
    [TpmName("Certify")] Certify = 0x00000148,

    /// <summary>TPM2_PolicyNV.</summary>
    [TpmName("PolicyNV")] PolicyNv = 0x00000149,

    /// <summary>TPM2_CertifyCreation.</summary>
    [TpmName("CertifyCreation")] CertifyCreation = 0x0000014A,

    /// <summary>TPM2_Duplicate.</summary>
    [TpmName("Duplicate")] Duplicate = 0x0000014B,

    /// <summary>TPM2_GetTime.</summary>
    [TpmName("GetTime")] GetTime = 0x0000014C,

    /// <summary>TPM2_GetSessionAuditDigest.</summary>
    [TpmName("GetSessionAuditDigest")] GetSessionAuditDigest = 0x0000014D,

    /// <summary>TPM2_NV_Read.</summary>
    [TpmName("NV_Read")] NvRead = 0x0000014E,

    /// <summary>TPM2_NV_ReadLock.</summary>
    [TpmName("NV_ReadLock")] NvReadLock = 0x0000014F,

    /// <summary>TPM2_ObjectChangeAuth.</summary>
    [TpmName("ObjectChangeAuth")] ObjectChangeAuth = 0x00000150,

    /// <summary>TPM2_PolicySecret.</summary>
    [TpmName("PolicySecret")] PolicySecret = 0x00000151,

    /// <summary>TPM2_Rewrap.</summary>
    [TpmName("Rewrap")] Rewrap = 0x00000152,

    /// <summary>TPM2_Create.</summary>
    [TpmName("Create")] Create = 0x00000153,

    /// <summary>TPM2_ECDH_ZGen.</summary>
    [TpmName("ECDH_ZGen")] EcdhZGen = 0x00000154,

    /// <summary>TPM2_HMAC.</summary>
    [TpmName("HMAC")] Hmac = 0x00000155,

    /// <summary>TPM2_Import.</summary>
    [TpmName("Import")] Import = 0x00000156,

    /// <summary>TPM2_Load.</summary>
    [TpmName("Load")] Load = 0x00000157,

    /// <summary>TPM2_Quote.</summary>
    [TpmName("Quote")] Quote = 0x00000158,

    /// <summary>TPM2_RSA_Decrypt.</summary>
    [TpmName("RSA_Decrypt")] RsaDecrypt = 0x00000159,

    /// <summary>TPM2_HMAC_Start.</summary>
    [TpmName("HMAC_Start")] HmacStart = 0x0000015B,

    /// <summary>TPM2_SequenceUpdate.</summary>
    [TpmName("SequenceUpdate")] SequenceUpdate = 0x0000015C,

    /// <summary>TPM2_Sign.</summary>
    [TpmName("Sign")] Sign = 0x0000015D,

    /// <summary>TPM2_Unseal.</summary>
    [TpmName("Unseal")] Unseal = 0x0000015E,

    /// <summary>TPM2_PolicySigned.</summary>
    [TpmName("PolicySigned")] PolicySigned = 0x00000160,

    /// <summary>TPM2_ContextLoad.</summary>
    [TpmName("ContextLoad")] ContextLoad = 0x00000161,

    /// <summary>TPM2_ContextSave.</summary>
    [TpmName("ContextSave")] ContextSave = 0x00000162,

    /// <summary>TPM2_ECDH_KeyGen.</summary>
    [TpmName("ECDH_KeyGen")] EcdhKeyGen = 0x00000163,

    /// <summary>TPM2_EncryptDecrypt.</summary>
    [TpmName("EncryptDecrypt")] EncryptDecrypt = 0x00000164,

    /// <summary>TPM2_FlushContext.</summary>
    [TpmName("FlushContext")] FlushContext = 0x00000165,

    /// <summary>TPM2_LoadExternal.</summary>
    [TpmName("LoadExternal")] LoadExternal = 0x00000167,

    /// <summary>TPM2_MakeCredential.</summary>
    [TpmName("MakeCredential")] MakeCredential = 0x00000168,

    /// <summary>TPM2_NV_ReadPublic.</summary>
    [TpmName("NV_ReadPublic")] NvReadPublic = 0x00000169,

    /// <summary>TPM2_PolicyAuthorize.</summary>
    [TpmName("PolicyAuthorize")] PolicyAuthorize = 0x0000016A,

    /// <summary>TPM2_PolicyAuthValue.</summary>
    [TpmName("PolicyAuthValue")] PolicyAuthValue = 0x0000016B,

    /// <summary>TPM2_PolicyCommandCode.</summary>
    [TpmName("PolicyCommandCode")] PolicyCommandCode = 0x0000016C,

    /// <summary>TPM2_PolicyCounterTimer.</summary>
    [TpmName("PolicyCounterTimer")] PolicyCounterTimer = 0x0000016D,

    /// <summary>TPM2_PolicyCpHash.</summary>
    [TpmName("PolicyCpHash")] PolicyCpHash = 0x0000016E,

    /// <summary>TPM2_PolicyLocality.</summary>
    [TpmName("PolicyLocality")] PolicyLocality = 0x0000016F,

    /// <summary>TPM2_PolicyNameHash.</summary>
    [TpmName("PolicyNameHash")] PolicyNameHash = 0x00000170,

    /// <summary>TPM2_PolicyOR.</summary>
    [TpmName("PolicyOR")] PolicyOr = 0x00000171,

    /// <summary>TPM2_PolicyTicket.</summary>
    [TpmName("PolicyTicket")] PolicyTicket = 0x00000172,

    /// <summary>TPM2_ReadPublic.</summary>
    [TpmName("ReadPublic")] ReadPublic = 0x00000173,

    /// <summary>TPM2_RSA_Encrypt.</summary>
    [TpmName("RSA_Encrypt")] RsaEncrypt = 0x00000174,

    /// <summary>TPM2_StartAuthSession.</summary>
    [TpmName("StartAuthSession")] StartAuthSession = 0x00000176,

    /// <summary>TPM2_VerifySignature.</summary>
    [TpmName("VerifySignature")] VerifySignature = 0x00000177,

    /// <summary>TPM2_ECC_Parameters.</summary>
    [TpmName("ECC_Parameters")] EccParameters = 0x00000178,

    /// <summary>TPM2_FirmwareRead.</summary>
    [TpmName("FirmwareRead")] FirmwareRead = 0x00000179,

    /// <summary>TPM2_GetCapability.</summary>
    [TpmName("GetCapability")] GetCapability = 0x0000017A,

    /// <summary>TPM2_GetRandom.</summary>
    [TpmName("GetRandom")] GetRandom = 0x0000017B,

    /// <summary>TPM2_GetTestResult.</summary>
    [TpmName("GetTestResult")] GetTestResult = 0x0000017C,

    /// <summary>TPM2_Hash.</summary>
    [TpmName("Hash")] Hash = 0x0000017D,

    /// <summary>TPM2_PCR_Read.</summary>
    [TpmName("PCR_Read")] PcrRead = 0x0000017E,

    /// <summary>TPM2_PolicyPCR.</summary>
    [TpmName("PolicyPCR")] PolicyPcr = 0x0000017F,

    /// <summary>TPM2_PolicyRestart.</summary>
    [TpmName("PolicyRestart")] PolicyRestart = 0x00000180,

    /// <summary>TPM2_ReadClock.</summary>
    [TpmName("ReadClock")] ReadClock = 0x00000181,

    /// <summary>TPM2_PCR_Extend.</summary>
    [TpmName("PCR_Extend")] PcrExtend = 0x00000182,

    /// <summary>TPM2_PCR_SetAuthValue.</summary>
    [TpmName("PCR_SetAuthValue")] PcrSetAuthValue = 0x00000183,

    /// <summary>TPM2_NV_Certify.</summary>
    [TpmName("NV_Certify")] NvCertify = 0x00000184,

    /// <summary>TPM2_EventSequenceComplete.</summary>
    [TpmName("EventSequenceComplete")] EventSequenceComplete = 0x00000185,

    /// <summary>TPM2_HashSequenceStart.</summary>
    [TpmName("HashSequenceStart")] HashSequenceStart = 0x00000186,

    /// <summary>TPM2_PolicyPhysicalPresence.</summary>
    [TpmName("PolicyPhysicalPresence")] PolicyPhysicalPresence = 0x00000187,

    /// <summary>TPM2_PolicyDuplicationSelect.</summary>
    [TpmName("PolicyDuplicationSelect")] PolicyDuplicationSelect = 0x00000188,

    /// <summary>TPM2_PolicyGetDigest.</summary>
    [TpmName("PolicyGetDigest")] PolicyGetDigest = 0x00000189,

    /// <summary>TPM2_TestParms.</summary>
    [TpmName("TestParms")] TestParms = 0x0000018A,

    /// <summary>TPM2_Commit.</summary>
    [TpmName("Commit")] Commit = 0x0000018B,

    /// <summary>TPM2_PolicyPassword.</summary>
    [TpmName("PolicyPassword")] PolicyPassword = 0x0000018C,

    /// <summary>TPM2_ZGen_2Phase.</summary>
    [TpmName("ZGen_2Phase")] ZGen2Phase = 0x0000018D,

    /// <summary>TPM2_EC_Ephemeral.</summary>
    [TpmName("EC_Ephemeral")] EcEphemeral = 0x0000018E,

    /// <summary>TPM2_PolicyNvWritten.</summary>
    [TpmName("PolicyNvWritten")] PolicyNvWritten = 0x0000018F,

    /// <summary>TPM2_PolicyTemplate.</summary>
    [TpmName("PolicyTemplate")] PolicyTemplate = 0x00000190,

    /// <summary>TPM2_CreateLoaded.</summary>
    [TpmName("CreateLoaded")] CreateLoaded = 0x00000191,

    /// <summary>TPM2_PolicyAuthorizeNV.</summary>
    [TpmName("PolicyAuthorizeNV")] PolicyAuthorizeNv = 0x00000192,

    /// <summary>TPM2_EncryptDecrypt2.</summary>
    [TpmName("EncryptDecrypt2")] EncryptDecrypt2 = 0x00000193,

    /// <summary>TPM2_AC_GetCapability.</summary>
    [TpmName("AC_GetCapability")] AcGetCapability = 0x00000194,

    /// <summary>TPM2_AC_Send.</summary>
    [TpmName("AC_Send")] AcSend = 0x00000195,

    /// <summary>TPM2_Policy_AC_SendSelect.</summary>
    [TpmName("Policy_AC_SendSelect")] PolicyAcSendSelect = 0x00000196,

    /// <summary>TPM2_CertifyX509.</summary>
    [TpmName("CertifyX509")] CertifyX509 = 0x00000197,

    /// <summary>TPM2_ACT_SetTimeout.</summary>
    [TpmName("ACT_SetTimeout")] ActSetTimeout = 0x00000198,

    /// <summary>TPM2_ECC_Encrypt.</summary>
    [TpmName("ECC_Encrypt")] EccEncrypt = 0x00000199,

    /// <summary>TPM2_ECC_Decrypt.</summary>
    [TpmName("ECC_Decrypt")] EccDecrypt = 0x0000019A,

    /// <summary>TPM2_PolicyCapability.</summary>
    [TpmName("PolicyCapability")] PolicyCapability = 0x0000019B,

    /// <summary>TPM2_PolicyParameters.</summary>
    [TpmName("PolicyParameters")] PolicyParameters = 0x0000019C,

    /// <summary>TPM2_NV_DefineSpace2.</summary>
    [TpmName("NV_DefineSpace2")] NvDefineSpace2 = 0x0000019D,

    /// <summary>TPM2_NV_ReadPublic2.</summary>
    [TpmName("NV_ReadPublic2")] NvReadPublic2 = 0x0000019E,

    /// <summary>TPM2_SetCapability.</summary>
    [TpmName("SetCapability")] SetCapability = 0x0000019F,

    /// <summary>TPM2_ReadOnlyControl.</summary>
    [TpmName("ReadOnlyControl")] ReadOnlyControl = 0x000001A0,

    /// <summary>TPM2_PolicyTransportSPDM.</summary>
    [TpmName("PolicyTransportSPDM")] PolicyTransportSpdm = 0x000001A1,

    /// <summary>TPM2_VerifySequenceComplete.</summary>
    [TpmName("VerifySequenceComplete")] VerifySequenceComplete = 0x000001A3,

    /// <summary>TPM2_SignSequenceComplete.</summary>
    [TpmName("SignSequenceComplete")] SignSequenceComplete = 0x000001A4,

    /// <summary>TPM2_VerifyDigestSignature.</summary>
    [TpmName("VerifyDigestSignature")] VerifyDigestSignature = 0x000001A5,

    /// <summary>TPM2_SignDigest.</summary>
    [TpmName("SignDigest")] SignDigest = 0x000001A6,

    /// <summary>TPM2_Encapsulate.</summary>
    [TpmName("Encapsulate")] Encapsulate = 0x000001A7,

    /// <summary>TPM2_Decapsulate.</summary>
    [TpmName("Decapsulate")] Decapsulate = 0x000001A8,

    /// <summary>TPM2_VerifySequenceStart.</summary>
    [TpmName("VerifySequenceStart")] VerifySequenceStart = 0x000001A9,

    /// <summary>TPM2_SignSequenceStart.</summary>
    [TpmName("SignSequenceStart")] SignSequenceStart = 0x000001AA,
}

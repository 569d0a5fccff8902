namespace TpmHw.Spec;

/// <summary>TPM_CC: the command codes (Part 2, 6.5.2). Vendor commands have bit 29 set and are not listed.</summary>
public enum TpmCc : uint
{
    /// <summary>TPM2_NV_UndefineSpaceSpecial.</summary>
    NvUndefineSpaceSpecial = 0x0000011F,

    /// <summary>TPM2_EvictControl.</summary>
    EvictControl = 0x00000120,

    /// <summary>TPM2_HierarchyControl.</summary>
    HierarchyControl = 0x00000121,

    /// <summary>TPM2_NV_UndefineSpace.</summary>
    NvUndefineSpace = 0x00000122,

    /// <summary>TPM2_ChangeEPS.</summary>
    ChangeEps = 0x00000124,

    /// <summary>TPM2_ChangePPS.</summary>
    ChangePps = 0x00000125,

    /// <summary>TPM2_Clear.</summary>
    Clear = 0x00000126,

    /// <summary>TPM2_ClearControl.</summary>
    ClearControl = 0x00000127,

    /// <summary>TPM2_ClockSet.</summary>
    ClockSet = 0x00000128,

    /// <summary>TPM2_HierarchyChangeAuth.</summary>
    HierarchyChangeAuth = 0x00000129,

    /// <summary>TPM2_NV_DefineSpace.</summary>
    NvDefineSpace = 0x0000012A,

    /// <summary>TPM2_PCR_Allocate.</summary>
    PcrAllocate = 0x0000012B,

    /// <summary>TPM2_PCR_SetAuthPolicy.</summary>
    PcrSetAuthPolicy = 0x0000012C,

    /// <summary>TPM2_PP_Commands.</summary>
    PpCommands = 0x0000012D,

    /// <summary>TPM2_SetPrimaryPolicy.</summary>
    SetPrimaryPolicy = 0x0000012E,

    /// <summary>TPM2_FieldUpgradeStart.</summary>
    FieldUpgradeStart = 0x0000012F,

    /// <summary>TPM2_ClockRateAdjust.</summary>
    ClockRateAdjust = 0x00000130,

    /// <summary>TPM2_CreatePrimary.</summary>
    CreatePrimary = 0x00000131,

    /// <summary>TPM2_NV_GlobalWriteLock.</summary>
    NvGlobalWriteLock = 0x00000132,

    /// <summary>TPM2_GetCommandAuditDigest.</summary>
    GetCommandAuditDigest = 0x00000133,

    /// <summary>TPM2_NV_Increment.</summary>
    NvIncrement = 0x00000134,

    /// <summary>TPM2_NV_SetBits.</summary>
    NvSetBits = 0x00000135,

    /// <summary>TPM2_NV_Extend.</summary>
    NvExtend = 0x00000136,

    /// <summary>TPM2_NV_Write.</summary>
    NvWrite = 0x00000137,

    /// <summary>TPM2_NV_WriteLock.</summary>
    NvWriteLock = 0x00000138,

    /// <summary>TPM2_DictionaryAttackLockReset.</summary>
    DictionaryAttackLockReset = 0x00000139,

    /// <summary>TPM2_DictionaryAttackParameters.</summary>
    DictionaryAttackParameters = 0x0000013A,

    /// <summary>TPM2_NV_ChangeAuth.</summary>
    NvChangeAuth = 0x0000013B,

    /// <summary>TPM2_PCR_Event.</summary>
    PcrEvent = 0x0000013C,

    /// <summary>TPM2_PCR_Reset.</summary>
    PcrReset = 0x0000013D,

    /// <summary>TPM2_SequenceComplete.</summary>
    SequenceComplete = 0x0000013E,

    /// <summary>TPM2_SetAlgorithmSet.</summary>
    SetAlgorithmSet = 0x0000013F,

    /// <summary>TPM2_SetCommandCodeAuditStatus.</summary>
    SetCommandCodeAuditStatus = 0x00000140,

    /// <summary>TPM2_FieldUpgradeData.</summary>
    FieldUpgradeData = 0x00000141,

    /// <summary>TPM2_IncrementalSelfTest.</summary>
    IncrementalSelfTest = 0x00000142,

    /// <summary>TPM2_SelfTest.</summary>
    SelfTest = 0x00000143,

    /// <summary>TPM2_Startup.</summary>
    Startup = 0x00000144,

    /// <summary>TPM2_Shutdown.</summary>
    Shutdown = 0x00000145,

    /// <summary>TPM2_StirRandom.</summary>
    StirRandom = 0x00000146,

    /// <summary>TPM2_ActivateCredential.</summary>
    ActivateCredential = 0x00000147,

    /// <summary>TPM2_Certify.</summary>
    Certify = 0x00000148,

    /// <summary>TPM2_PolicyNV.</summary>
    PolicyNv = 0x00000149,

    /// <summary>TPM2_CertifyCreation.</summary>
    CertifyCreation = 0x0000014A,

    /// <summary>TPM2_Duplicate.</summary>
    Duplicate = 0x0000014B,

    /// <summary>TPM2_GetTime.</summary>
    GetTime = 0x0000014C,

    /// <summary>TPM2_GetSessionAuditDigest.</summary>
    GetSessionAuditDigest = 0x0000014D,

    /// <summary>TPM2_NV_Read.</summary>
    NvRead = 0x0000014E,

    /// <summary>TPM2_NV_ReadLock.</summary>
    NvReadLock = 0x0000014F,

    /// <summary>TPM2_ObjectChangeAuth.</summary>
    ObjectChangeAuth = 0x00000150,

    /// <summary>TPM2_PolicySecret.</summary>
    PolicySecret = 0x00000151,

    /// <summary>TPM2_Rewrap.</summary>
    Rewrap = 0x00000152,

    /// <summary>TPM2_Create.</summary>
    Create = 0x00000153,

    /// <summary>TPM2_ECDH_ZGen.</summary>
    EcdhZGen = 0x00000154,

    /// <summary>TPM2_HMAC.</summary>
    Hmac = 0x00000155,

    /// <summary>TPM2_Import.</summary>
    Import = 0x00000156,

    /// <summary>TPM2_Load.</summary>
    Load = 0x00000157,

    /// <summary>TPM2_Quote.</summary>
    Quote = 0x00000158,

    /// <summary>TPM2_RSA_Decrypt.</summary>
    RsaDecrypt = 0x00000159,

    /// <summary>TPM2_HMAC_Start.</summary>
    HmacStart = 0x0000015B,

    /// <summary>TPM2_SequenceUpdate.</summary>
    SequenceUpdate = 0x0000015C,

    /// <summary>TPM2_Sign.</summary>
    Sign = 0x0000015D,

    /// <summary>TPM2_Unseal.</summary>
    Unseal = 0x0000015E,

    /// <summary>TPM2_PolicySigned.</summary>
    PolicySigned = 0x00000160,

    /// <summary>TPM2_ContextLoad.</summary>
    ContextLoad = 0x00000161,

    /// <summary>TPM2_ContextSave.</summary>
    ContextSave = 0x00000162,

    /// <summary>TPM2_ECDH_KeyGen.</summary>
    EcdhKeyGen = 0x00000163,

    /// <summary>TPM2_EncryptDecrypt.</summary>
    EncryptDecrypt = 0x00000164,

    /// <summary>TPM2_FlushContext.</summary>
    FlushContext = 0x00000165,

    /// <summary>TPM2_LoadExternal.</summary>
    LoadExternal = 0x00000167,

    /// <summary>TPM2_MakeCredential.</summary>
    MakeCredential = 0x00000168,

    /// <summary>TPM2_NV_ReadPublic.</summary>
    NvReadPublic = 0x00000169,

    /// <summary>TPM2_PolicyAuthorize.</summary>
    PolicyAuthorize = 0x0000016A,

    /// <summary>TPM2_PolicyAuthValue.</summary>
    PolicyAuthValue = 0x0000016B,

    /// <summary>TPM2_PolicyCommandCode.</summary>
    PolicyCommandCode = 0x0000016C,

    /// <summary>TPM2_PolicyCounterTimer.</summary>
    PolicyCounterTimer = 0x0000016D,

    /// <summary>TPM2_PolicyCpHash.</summary>
    PolicyCpHash = 0x0000016E,

    /// <summary>TPM2_PolicyLocality.</summary>
    PolicyLocality = 0x0000016F,

    /// <summary>TPM2_PolicyNameHash.</summary>
    PolicyNameHash = 0x00000170,

    /// <summary>TPM2_PolicyOR.</summary>
    PolicyOr = 0x00000171,

    /// <summary>TPM2_PolicyTicket.</summary>
    PolicyTicket = 0x00000172,

    /// <summary>TPM2_ReadPublic.</summary>
    ReadPublic = 0x00000173,

    /// <summary>TPM2_RSA_Encrypt.</summary>
    RsaEncrypt = 0x00000174,

    /// <summary>TPM2_StartAuthSession.</summary>
    StartAuthSession = 0x00000176,

    /// <summary>TPM2_VerifySignature.</summary>
    VerifySignature = 0x00000177,

    /// <summary>TPM2_ECC_Parameters.</summary>
    EccParameters = 0x00000178,

    /// <summary>TPM2_FirmwareRead.</summary>
    FirmwareRead = 0x00000179,

    /// <summary>TPM2_GetCapability.</summary>
    GetCapability = 0x0000017A,

    /// <summary>TPM2_GetRandom.</summary>
    GetRandom = 0x0000017B,

    /// <summary>TPM2_GetTestResult.</summary>
    GetTestResult = 0x0000017C,

    /// <summary>TPM2_Hash.</summary>
    Hash = 0x0000017D,

    /// <summary>TPM2_PCR_Read.</summary>
    PcrRead = 0x0000017E,

    /// <summary>TPM2_PolicyPCR.</summary>
    PolicyPcr = 0x0000017F,

    /// <summary>TPM2_PolicyRestart.</summary>
    PolicyRestart = 0x00000180,

    /// <summary>TPM2_ReadClock.</summary>
    ReadClock = 0x00000181,

    /// <summary>TPM2_PCR_Extend.</summary>
    PcrExtend = 0x00000182,

    /// <summary>TPM2_PCR_SetAuthValue.</summary>
    PcrSetAuthValue = 0x00000183,

    /// <summary>TPM2_NV_Certify.</summary>
    NvCertify = 0x00000184,

    /// <summary>TPM2_EventSequenceComplete.</summary>
    EventSequenceComplete = 0x00000185,

    /// <summary>TPM2_HashSequenceStart.</summary>
    HashSequenceStart = 0x00000186,

    /// <summary>TPM2_PolicyPhysicalPresence.</summary>
    PolicyPhysicalPresence = 0x00000187,

    /// <summary>TPM2_PolicyDuplicationSelect.</summary>
    PolicyDuplicationSelect = 0x00000188,

    /// <summary>TPM2_PolicyGetDigest.</summary>
    PolicyGetDigest = 0x00000189,

    /// <summary>TPM2_TestParms.</summary>
    TestParms = 0x0000018A,

    /// <summary>TPM2_Commit.</summary>
    Commit = 0x0000018B,

    /// <summary>TPM2_PolicyPassword.</summary>
    PolicyPassword = 0x0000018C,

    /// <summary>TPM2_ZGen_2Phase.</summary>
    ZGen2Phase = 0x0000018D,

    /// <summary>TPM2_EC_Ephemeral.</summary>
    EcEphemeral = 0x0000018E,

    /// <summary>TPM2_PolicyNvWritten.</summary>
    PolicyNvWritten = 0x0000018F,

    /// <summary>TPM2_PolicyTemplate.</summary>
    PolicyTemplate = 0x00000190,

    /// <summary>TPM2_CreateLoaded.</summary>
    CreateLoaded = 0x00000191,

    /// <summary>TPM2_PolicyAuthorizeNV.</summary>
    PolicyAuthorizeNv = 0x00000192,

    /// <summary>TPM2_EncryptDecrypt2.</summary>
    EncryptDecrypt2 = 0x00000193,

    /// <summary>TPM2_AC_GetCapability.</summary>
    AcGetCapability = 0x00000194,

    /// <summary>TPM2_AC_Send.</summary>
    AcSend = 0x00000195,

    /// <summary>TPM2_Policy_AC_SendSelect.</summary>
    PolicyAcSendSelect = 0x00000196,

    /// <summary>TPM2_CertifyX509.</summary>
    CertifyX509 = 0x00000197,

    /// <summary>TPM2_ACT_SetTimeout.</summary>
    ActSetTimeout = 0x00000198,

    /// <summary>TPM2_ECC_Encrypt.</summary>
    EccEncrypt = 0x00000199,

    /// <summary>TPM2_ECC_Decrypt.</summary>
    EccDecrypt = 0x0000019A,

    /// <summary>TPM2_PolicyCapability.</summary>
    PolicyCapability = 0x0000019B,

    /// <summary>TPM2_PolicyParameters.</summary>
    PolicyParameters = 0x0000019C,

    /// <summary>TPM2_NV_DefineSpace2.</summary>
    NvDefineSpace2 = 0x0000019D,

    /// <summary>TPM2_NV_ReadPublic2.</summary>
    NvReadPublic2 = 0x0000019E,

    /// <summary>TPM2_SetCapability.</summary>
    SetCapability = 0x0000019F,

    /// <summary>TPM2_ReadOnlyControl.</summary>
    ReadOnlyControl = 0x000001A0,

    /// <summary>TPM2_PolicyTransportSPDM.</summary>
    PolicyTransportSpdm = 0x000001A1,
}

namespace TpmHw.Wire;

/// <summary>
/// TPM_RC: every response code of a TPM 2.0 (Part 2, 6.6.3), and nothing else in this library has them as numbers.
/// <see cref="TpmResponseCode"/> says what they mean and what to do; <see cref="TpmResponseCode.Base"/> is what to compare
/// with them, as a code of format 1 comes with the handle, parameter or session that it is about.
/// </summary>
public static class TpmRc
{
    /// <summary>TPM_RC_SUCCESS: the command succeeded.</summary>
    public const uint Success = 0x000;

    /// <summary>TPM_RC_BAD_TAG: the command's tag is none of TPM 2.0. It is TPM 1.2's TPM_BADTAG too.</summary>
    public const uint BadTag = 0x01E;

    // What a code of format 1 is about (Part 2, 6.6.2): a parameter or a session, otherwise a handle, and its number.

    /// <summary>TPM_RC_P, which is added to a code of format 1 that is about a parameter.</summary>
    public const uint P = 0x040;

    /// <summary>TPM_RC_S, which is added to a code of format 1 that is about a session.</summary>
    public const uint S = 0x800;

    /// <summary>TPM_RC_1, which is added to a code of format 1 that is about the first parameter, session or handle. The n-th has n times this.</summary>
    public const uint N1 = 0x100;

    // Format 1 (RC_FMT1).

    /// <summary>TPM_RC_ASYMMETRIC: the TPM does not have this asymmetric algorithm, or it does not fit here.</summary>
    public const uint Asymmetric = 0x081;

    /// <summary>TPM_RC_ATTRIBUTES: these attributes contradict each other, or the object's attributes forbid this use.</summary>
    public const uint Attributes = 0x082;

    /// <summary>TPM_RC_HASH: the TPM does not have this hash algorithm, or it does not fit here.</summary>
    public const uint Hash = 0x083;

    /// <summary>TPM_RC_VALUE: a value is outside what is allowed here.</summary>
    public const uint Value = 0x084;

    /// <summary>TPM_RC_HIERARCHY: this hierarchy is disabled, or is not one that the command takes.</summary>
    public const uint Hierarchy = 0x085;

    /// <summary>TPM_RC_KEY_SIZE: the TPM does not have keys of this size.</summary>
    public const uint KeySize = 0x087;

    /// <summary>TPM_RC_MGF: the TPM does not have this mask generation function.</summary>
    public const uint Mgf = 0x088;

    /// <summary>TPM_RC_MODE: the TPM does not have this mode of the cipher, or the key was made for another one.</summary>
    public const uint Mode = 0x089;

    /// <summary>TPM_RC_TYPE: the object or value is of a type that this command can't use.</summary>
    public const uint Type = 0x08A;

    /// <summary>TPM_RC_HANDLE: this handle can't be used here, or nothing has it.</summary>
    public const uint Handle = 0x08B;

    /// <summary>TPM_RC_KDF: the TPM does not have this key derivation function, or it does not fit here.</summary>
    public const uint Kdf = 0x08C;

    /// <summary>TPM_RC_RANGE: a value is outside its range.</summary>
    public const uint Range = 0x08D;

    /// <summary>TPM_RC_AUTH_FAIL: the authorization value is wrong, and this failure counts towards the lockout.</summary>
    public const uint AuthFail = 0x08E;

    /// <summary>TPM_RC_NONCE: a session's nonce is too short or too long.</summary>
    public const uint Nonce = 0x08F;

    /// <summary>TPM_RC_PP: this command wants a person's physical presence.</summary>
    public const uint Pp = 0x090;

    /// <summary>TPM_RC_SCHEME: the signing or encryption scheme is not supported, or is not the key's own.</summary>
    public const uint Scheme = 0x092;

    /// <summary>TPM_RC_SIZE: a structure or parameter has the wrong size.</summary>
    public const uint Size = 0x095;

    /// <summary>TPM_RC_SYMMETRIC: the TPM does not have this symmetric algorithm or key size, or it does not fit here.</summary>
    public const uint Symmetric = 0x096;

    /// <summary>TPM_RC_TAG: a structure starts with the wrong tag.</summary>
    public const uint Tag = 0x097;

    /// <summary>TPM_RC_SELECTOR: a union's selector names none of its members.</summary>
    public const uint Selector = 0x098;

    /// <summary>TPM_RC_INSUFFICIENT: the command ended before this value.</summary>
    public const uint Insufficient = 0x09A;

    /// <summary>TPM_RC_SIGNATURE: the signature is not valid.</summary>
    public const uint Signature = 0x09B;

    /// <summary>TPM_RC_KEY: the key's fields do not fit this use.</summary>
    public const uint Key = 0x09C;

    /// <summary>TPM_RC_POLICY_FAIL: the policy session has not satisfied the object's policy.</summary>
    public const uint PolicyFail = 0x09D;

    /// <summary>TPM_RC_INTEGRITY: a protected blob was altered, or was made by another TPM or under another parent.</summary>
    public const uint Integrity = 0x09F;

    /// <summary>TPM_RC_TICKET: the ticket is not one that this TPM made for this data.</summary>
    public const uint Ticket = 0x0A0;

    /// <summary>TPM_RC_RESERVED_BITS: bits that must be zero are set.</summary>
    public const uint ReservedBits = 0x0A1;

    /// <summary>TPM_RC_BAD_AUTH: the authorization value is wrong; this failure does not count towards the lockout.</summary>
    public const uint BadAuth = 0x0A2;

    /// <summary>TPM_RC_EXPIRED: the time that a policy authorization was given for is over.</summary>
    public const uint Expired = 0x0A3;

    /// <summary>TPM_RC_POLICY_CC: the policy allows another command than this one.</summary>
    public const uint PolicyCc = 0x0A4;

    /// <summary>TPM_RC_BINDING: an object's public and private parts do not belong together.</summary>
    public const uint Binding = 0x0A5;

    /// <summary>TPM_RC_CURVE: the TPM does not have this curve.</summary>
    public const uint Curve = 0x0A6;

    /// <summary>TPM_RC_ECC_POINT: the point is not on the curve.</summary>
    public const uint EccPoint = 0x0A7;

    /// <summary>TPM_RC_FW_LIMITED: a hierarchy that is bound to the firmware can't be used here.</summary>
    public const uint FwLimited = 0x0A8;

    /// <summary>TPM_RC_SVN_LIMITED: a hierarchy that is bound to the firmware's security version can't be used here.</summary>
    public const uint SvnLimited = 0x0A9;

    /// <summary>TPM_RC_PARMS: the TPM does not have this parameter set.</summary>
    public const uint Parms = 0x0AA;

    /// <summary>TPM_RC_EXT_MU: the key or the TPM does not sign a μ that was made outside.</summary>
    public const uint ExtMu = 0x0AB;

    /// <summary>TPM_RC_ONE_SHOT_SIGNATURE: the TPM signs with this key only what it gets at once.</summary>
    public const uint OneShotSignature = 0x0AC;

    /// <summary>TPM_RC_SIGN_CONTEXT_KEY: the sequence was started with another key than it is completed with.</summary>
    public const uint SignContextKey = 0x0AD;

    /// <summary>TPM_RC_CHANNEL: the command must come through a secure channel.</summary>
    public const uint Channel = 0x0B0;

    /// <summary>TPM_RC_CHANNEL_KEY: the secure channel was not made with the key that is asked for.</summary>
    public const uint ChannelKey = 0x0B1;

    // Format 0, errors (RC_VER1).

    /// <summary>TPM_RC_INITIALIZE: the TPM waits for TPM2_Startup; in answer to TPM2_Startup: it was started already.</summary>
    public const uint Initialize = 0x100;

    /// <summary>TPM_RC_FAILURE: the TPM is in failure mode: a self-test or an internal check failed.</summary>
    public const uint Failure = 0x101;

    /// <summary>TPM_RC_SEQUENCE: a hash or HMAC sequence is used where it can't be.</summary>
    public const uint Sequence = 0x103;

    /// <summary>TPM_RC_PRIVATE: a code that the specification reserves and no command returns.</summary>
    public const uint Private = 0x10B;

    /// <summary>TPM_RC_HMAC: a code that the specification reserves and no command returns.</summary>
    public const uint Hmac = 0x119;

    /// <summary>TPM_RC_DISABLED: the command is disabled.</summary>
    public const uint Disabled = 0x120;

    /// <summary>TPM_RC_EXCLUSIVE: the audit session is no longer exclusive: another command came in between.</summary>
    public const uint Exclusive = 0x121;

    /// <summary>TPM_RC_AUTH_TYPE: this object can't be authorized in this way for this command.</summary>
    public const uint AuthType = 0x124;

    /// <summary>TPM_RC_AUTH_MISSING: the command needs an authorization session for a handle, and none was sent.</summary>
    public const uint AuthMissing = 0x125;

    /// <summary>TPM_RC_POLICY: a policy command failed, or the object's policy digest is not valid.</summary>
    public const uint Policy = 0x126;

    /// <summary>TPM_RC_PCR: A PCR check failed: the PCRs do not have the value that was asked for.</summary>
    public const uint Pcr = 0x127;

    /// <summary>TPM_RC_PCR_CHANGED: A PCR was extended after the policy session looked at it.</summary>
    public const uint PcrChanged = 0x128;

    /// <summary>TPM_RC_UPGRADE: the TPM is in field upgrade mode; in answer to FieldUpgradeData: it is not.</summary>
    public const uint Upgrade = 0x12D;

    /// <summary>TPM_RC_TOO_MANY_CONTEXTS: the counter that numbers saved contexts is used up.</summary>
    public const uint TooManyContexts = 0x12E;

    /// <summary>TPM_RC_AUTH_UNAVAILABLE: the object has no authorization value or policy that can be used here.</summary>
    public const uint AuthUnavailable = 0x12F;

    /// <summary>TPM_RC_REBOOT: the TPM must be reset before it goes on.</summary>
    public const uint Reboot = 0x130;

    /// <summary>TPM_RC_UNBALANCED: the hash is too weak for the symmetric algorithm that stands beside it.</summary>
    public const uint Unbalanced = 0x131;

    /// <summary>TPM_RC_COMMAND_SIZE: the header's size does not fit the command that arrived.</summary>
    public const uint CommandSize = 0x142;

    /// <summary>TPM_RC_COMMAND_CODE: the TPM does not have this command; to some policy commands, the policy is for another one already.</summary>
    public const uint CommandCode = 0x143;

    /// <summary>TPM_RC_AUTHSIZE: the authorization area's size is wrong.</summary>
    public const uint AuthSize = 0x144;

    /// <summary>TPM_RC_AUTH_CONTEXT: this command takes no sessions, and one was sent.</summary>
    public const uint AuthContext = 0x145;

    /// <summary>TPM_RC_NV_RANGE: the read or write goes beyond the NV index's end.</summary>
    public const uint NvRange = 0x146;

    /// <summary>TPM_RC_NV_SIZE: the NV index would be larger than the TPM allows.</summary>
    public const uint NvSize = 0x147;

    /// <summary>TPM_RC_NV_LOCKED: the NV index is locked for reading or writing.</summary>
    public const uint NvLocked = 0x148;

    /// <summary>TPM_RC_NV_AUTHORIZATION: this authorization may not read or write the NV index.</summary>
    public const uint NvAuthorization = 0x149;

    /// <summary>TPM_RC_NV_UNINITIALIZED: the NV index was never written, or the state to resume from is missing.</summary>
    public const uint NvUninitialized = 0x14A;

    /// <summary>TPM_RC_NV_SPACE: there is no room left in NV memory.</summary>
    public const uint NvSpace = 0x14B;

    /// <summary>TPM_RC_NV_DEFINED: An NV index or persistent object with this handle exists already.</summary>
    public const uint NvDefined = 0x14C;

    /// <summary>TPM_RC_BAD_CONTEXT: the saved context is not valid.</summary>
    public const uint BadContext = 0x150;

    /// <summary>TPM_RC_CPHASH: the policy session is already bound to other command parameters, or to none that fit.</summary>
    public const uint CpHash = 0x151;

    /// <summary>TPM_RC_PARENT: this handle can't be a parent.</summary>
    public const uint Parent = 0x152;

    /// <summary>TPM_RC_NEEDS_TEST: something that this command uses has not been tested yet.</summary>
    public const uint NeedsTest = 0x153;

    /// <summary>TPM_RC_NO_RESULT: the TPM could not compute a result, usually because of parameters that make no sense together.</summary>
    public const uint NoResult = 0x154;

    /// <summary>TPM_RC_SENSITIVE: the private part was decrypted, but is no valid structure.</summary>
    public const uint Sensitive = 0x155;

    /// <summary>TPM_RC_READ_ONLY: the TPM is in read-only mode and this command would change it.</summary>
    public const uint ReadOnly = 0x156;

    // Format 0, warnings (RC_WARN): the command did not run, and may once the cause is gone.

    /// <summary>TPM_RC_CONTEXT_GAP: the oldest saved session is too far behind the newest.</summary>
    public const uint ContextGap = 0x901;

    /// <summary>TPM_RC_OBJECT_MEMORY: there is no room for another loaded object.</summary>
    public const uint ObjectMemory = 0x902;

    /// <summary>TPM_RC_SESSION_MEMORY: there is no room for another loaded session.</summary>
    public const uint SessionMemory = 0x903;

    /// <summary>TPM_RC_MEMORY: the TPM has run out of working memory.</summary>
    public const uint Memory = 0x904;

    /// <summary>TPM_RC_SESSION_HANDLES: the TPM has no session handle left.</summary>
    public const uint SessionHandles = 0x905;

    /// <summary>TPM_RC_OBJECT_HANDLES: the TPM has no object handle left.</summary>
    public const uint ObjectHandles = 0x906;

    /// <summary>TPM_RC_LOCALITY: the command came at a locality that may not do this.</summary>
    public const uint Locality = 0x907;

    /// <summary>TPM_RC_YIELDED: the TPM put the command aside after making some progress.</summary>
    public const uint Yielded = 0x908;

    /// <summary>TPM_RC_CANCELED: the command was cancelled; nothing has changed.</summary>
    public const uint Canceled = 0x909;

    /// <summary>TPM_RC_TESTING: the TPM is testing itself.</summary>
    public const uint Testing = 0x90A;

    /// <summary>TPM_RC_REFERENCE_H0: the first handle is of an object or session that is not loaded.</summary>
    public const uint ReferenceH0 = 0x910;

    /// <summary>TPM_RC_REFERENCE_H1: the second handle is of an object or session that is not loaded.</summary>
    public const uint ReferenceH1 = 0x911;

    /// <summary>TPM_RC_REFERENCE_H2: the third handle is of an object or session that is not loaded.</summary>
    public const uint ReferenceH2 = 0x912;

    /// <summary>TPM_RC_REFERENCE_H3: the fourth handle is of an object or session that is not loaded.</summary>
    public const uint ReferenceH3 = 0x913;

    /// <summary>TPM_RC_REFERENCE_H4: the fifth handle is of an object or session that is not loaded.</summary>
    public const uint ReferenceH4 = 0x914;

    /// <summary>TPM_RC_REFERENCE_H5: the sixth handle is of an object or session that is not loaded.</summary>
    public const uint ReferenceH5 = 0x915;

    /// <summary>TPM_RC_REFERENCE_H6: the seventh handle is of an object or session that is not loaded.</summary>
    public const uint ReferenceH6 = 0x916;

    /// <summary>TPM_RC_REFERENCE_S0: the first session of the authorization area is not loaded.</summary>
    public const uint ReferenceS0 = 0x918;

    /// <summary>TPM_RC_REFERENCE_S1: the second session of the authorization area is not loaded.</summary>
    public const uint ReferenceS1 = 0x919;

    /// <summary>TPM_RC_REFERENCE_S2: the third session of the authorization area is not loaded.</summary>
    public const uint ReferenceS2 = 0x91A;

    /// <summary>TPM_RC_REFERENCE_S3: the fourth session of the authorization area is not loaded.</summary>
    public const uint ReferenceS3 = 0x91B;

    /// <summary>TPM_RC_REFERENCE_S4: the fifth session of the authorization area is not loaded.</summary>
    public const uint ReferenceS4 = 0x91C;

    /// <summary>TPM_RC_REFERENCE_S5: the sixth session of the authorization area is not loaded.</summary>
    public const uint ReferenceS5 = 0x91D;

    /// <summary>TPM_RC_REFERENCE_S6: the seventh session of the authorization area is not loaded.</summary>
    public const uint ReferenceS6 = 0x91E;

    /// <summary>TPM_RC_NV_RATE: the TPM slows down writes so that its NV memory lasts.</summary>
    public const uint NvRate = 0x920;

    /// <summary>TPM_RC_LOCKOUT: too many wrong passwords: the TPM refuses objects that are protected against guessing.</summary>
    public const uint Lockout = 0x921;

    /// <summary>TPM_RC_RETRY: the TPM could not start the command just now.</summary>
    public const uint Retry = 0x922;

    /// <summary>TPM_RC_NV_UNAVAILABLE: the command may write NV memory, and that can't be written now.</summary>
    public const uint NvUnavailable = 0x923;

    /// <summary>TPM_RC_NOT_USED: a value that stands for no code; no command returns it.</summary>
    public const uint NotUsed = 0x97F;

    // From others, in the TPM's place.

    /// <summary>TSS2_RESMGR_RC_LAYER, which is added to a code that a resource manager gives itself.</summary>
    public const uint ResourceManagerLayer = (uint)TpmResponseLayer.ResourceManager << 16;

    /// <summary>TPM_E_COMMAND_BLOCKED: Windows does not let the command through to the TPM.</summary>
    public const uint CommandBlocked = 0x80280400;

    /// <summary>TPM_E_EMBEDDED_COMMAND_BLOCKED: the same of a command inside a TPM 1.2's transport session.</summary>
    public const uint EmbeddedCommandBlocked = 0x80280403;
}

namespace TpmHw.Spec;

/// <summary>TPM_PT: properties of the TPM (Part 2, 6.13).</summary>
[TpmNames("TPM_PT_")]
public enum TpmPt : uint
{
    /// <summary>No property.</summary>
    None = 0x00000000,

    /// <summary>The family in four characters: "2.0". The first of the fixed properties, which only a firmware update changes.</summary>
    FamilyIndicator = 0x00000100,

    /// <summary>The level of the specification.</summary>
    Level = 0x00000101,

    /// <summary>The revision of the specification times 100.</summary>
    Revision = 0x00000102,

    /// <summary>The day of the year on the specification's date.</summary>
    DayOfYear = 0x00000103,

    /// <summary>The year of the specification's date.</summary>
    Year = 0x00000104,

    /// <summary>The manufacturer in four characters.</summary>
    Manufacturer = 0x00000105,

    /// <summary>The first four characters of the vendor's text.</summary>
    [TpmName("VENDOR_STRING_1")] VendorString1 = 0x00000106,

    /// <summary>The second four characters of the vendor's text.</summary>
    [TpmName("VENDOR_STRING_2")] VendorString2 = 0x00000107,

    /// <summary>The third four characters of the vendor's text.</summary>
    [TpmName("VENDOR_STRING_3")] VendorString3 = 0x00000108,

    /// <summary>The fourth four characters of the vendor's text.</summary>
    [TpmName("VENDOR_STRING_4")] VendorString4 = 0x00000109,

    /// <summary>The kind of TPM, as the vendor numbers them.</summary>
    VendorTpmType = 0x0000010A,

    /// <summary>The higher half of the firmware version.</summary>
    [TpmName("FIRMWARE_VERSION_1")] FirmwareVersion1 = 0x0000010B,

    /// <summary>The lower half of the firmware version.</summary>
    [TpmName("FIRMWARE_VERSION_2")] FirmwareVersion2 = 0x0000010C,

    /// <summary>The most bytes of a TPM2B_MAX_BUFFER.</summary>
    InputBuffer = 0x0000010D,

    /// <summary>How many transient objects can be loaded at least.</summary>
    HrTransientMin = 0x0000010E,

    /// <summary>How many persistent objects there is room for at least.</summary>
    HrPersistentMin = 0x0000010F,

    /// <summary>How many sessions can be loaded at least.</summary>
    HrLoadedMin = 0x00000110,

    /// <summary>How many sessions can be active at once.</summary>
    ActiveSessionsMax = 0x00000111,

    /// <summary>How many PCRs there are.</summary>
    PcrCount = 0x00000112,

    /// <summary>The least number of bytes of a TPMS_PCR_SELECT.</summary>
    PcrSelectMin = 0x00000113,

    /// <summary>How far the context counters of two sessions can be apart.</summary>
    ContextGapMax = 0x00000114,

    /// <summary>How many NV counters there can be; 0 for no limit.</summary>
    NvCountersMax = 0x00000116,

    /// <summary>The most bytes of an NV index.</summary>
    NvIndexMax = 0x00000117,

    /// <summary>How memory is shared: a <see cref="TpmaMemory"/>.</summary>
    Memory = 0x00000118,

    /// <summary>Milliseconds between two updates of the clock in NV memory.</summary>
    ClockUpdate = 0x00000119,

    /// <summary>The hash algorithm that protects saved contexts.</summary>
    ContextHash = 0x0000011A,

    /// <summary>The cipher that protects saved contexts.</summary>
    ContextSym = 0x0000011B,

    /// <summary>The bits of that cipher's key.</summary>
    ContextSymSize = 0x0000011C,

    /// <summary>How often a counter changes before it is written to NV memory.</summary>
    OrderlyCount = 0x0000011D,

    /// <summary>The most bytes of a command.</summary>
    MaxCommandSize = 0x0000011E,

    /// <summary>The most bytes of a response.</summary>
    MaxResponseSize = 0x0000011F,

    /// <summary>The most bytes of a digest.</summary>
    MaxDigest = 0x00000120,

    /// <summary>The most bytes of an object's saved context.</summary>
    MaxObjectContext = 0x00000121,

    /// <summary>The most bytes of a session's saved context.</summary>
    MaxSessionContext = 0x00000122,

    /// <summary>The platform that the TPM is made for: a TPM_PS.</summary>
    PsFamilyIndicator = 0x00000123,

    /// <summary>The level of the platform specification.</summary>
    PsLevel = 0x00000124,

    /// <summary>The revision of the platform specification.</summary>
    PsRevision = 0x00000125,

    /// <summary>The day of the year on the platform specification's date.</summary>
    PsDayOfYear = 0x00000126,

    /// <summary>The year of the platform specification's date.</summary>
    PsYear = 0x00000127,

    /// <summary>How many split signing operations can be open.</summary>
    SplitMax = 0x00000128,

    /// <summary>How many commands there are.</summary>
    TotalCommands = 0x00000129,

    /// <summary>How many of them are of the specification.</summary>
    LibraryCommands = 0x0000012A,

    /// <summary>How many of them are the vendor's.</summary>
    VendorCommands = 0x0000012B,

    /// <summary>The most bytes of one NV read or write.</summary>
    NvBufferMax = 0x0000012C,

    /// <summary>Modes of operation: a <see cref="TpmaModes"/>.</summary>
    Modes = 0x0000012D,

    /// <summary>The most bytes of a TPMS_CAPABILITY_DATA.</summary>
    MaxCapBuffer = 0x0000012E,

    /// <summary>The firmware's security version number.</summary>
    FirmwareSvn = 0x0000012F,

    /// <summary>The highest security version number that the firmware can have.</summary>
    FirmwareMaxSvn = 0x00000130,

    /// <summary>The parameter sets of ML-KEM and ML-DSA.</summary>
    MlParameterSets = 0x00000131,

    /// <summary>What stays over a reset: a <see cref="TpmaPermanent"/>. The first of the variable properties.</summary>
    Permanent = 0x00000200,

    /// <summary>What Startup(CLEAR) sets: a <see cref="TpmaStartupClear"/>.</summary>
    StartupClear = 0x00000201,

    /// <summary>How many NV indices are defined.</summary>
    HrNvIndex = 0x00000202,

    /// <summary>How many sessions are loaded.</summary>
    HrLoaded = 0x00000203,

    /// <summary>How many more sessions can be loaded.</summary>
    HrLoadedAvail = 0x00000204,

    /// <summary>How many sessions are active.</summary>
    HrActive = 0x00000205,

    /// <summary>How many more sessions can be started.</summary>
    HrActiveAvail = 0x00000206,

    /// <summary>How many more transient objects can be loaded, at an estimate.</summary>
    HrTransientAvail = 0x00000207,

    /// <summary>How many persistent objects there are.</summary>
    HrPersistent = 0x00000208,

    /// <summary>How many more persistent objects there is room for, at an estimate.</summary>
    HrPersistentAvail = 0x00000209,

    /// <summary>How many NV counters are defined.</summary>
    NvCounters = 0x0000020A,

    /// <summary>How many more NV counters there is room for, at an estimate.</summary>
    NvCountersAvail = 0x0000020B,

    /// <summary>The algorithm set in use.</summary>
    AlgorithmSet = 0x0000020C,

    /// <summary>How many elliptic curves are loaded.</summary>
    LoadedCurves = 0x0000020D,

    /// <summary>How many wrong authorisations count at the moment.</summary>
    LockoutCounter = 0x0000020E,

    /// <summary>How many wrong authorisations lead to lockout.</summary>
    MaxAuthFail = 0x0000020F,

    /// <summary>Seconds after which one of them is forgotten.</summary>
    LockoutInterval = 0x00000210,

    /// <summary>Seconds for which a wrong lockout authorisation blocks lockout itself.</summary>
    LockoutRecovery = 0x00000211,

    /// <summary>Milliseconds until NV memory can be written again.</summary>
    NvWriteRecovery = 0x00000212,

    /// <summary>The higher half of the command audit counter.</summary>
    [TpmName("AUDIT_COUNTER_0")] AuditCounter0 = 0x00000213,

    /// <summary>The lower half of the command audit counter.</summary>
    [TpmName("AUDIT_COUNTER_1")] AuditCounter1 = 0x00000214,
}

using System.Globalization;

namespace TpmHw.Wire;

/// <summary>
/// A response code, and what it means: of a TPM 2.0 (TPM_RC; Part 2, 6.6), of a TPM 1.2 (TPM_RESULT; Main Part 2, 16),
/// or of a layer between the TPM and this program (TSS2_RC, HRESULT).
/// </summary>
/// <param name="Value">The code, as in the response's header.</param>
public readonly partial record struct TpmResponseCode(uint Value)
{
    private const uint Format1Bit = 0x080;
    private const uint Version1Bit = 0x100;
    private const uint VendorBit = 0x400;
    private const uint WarningBit = 0x800;
    private const uint ParameterBit = 0x040;
    private const uint SessionBit = 0x800;
    private const uint HResultTpm = 0x8028;
    private const uint FirstTbsCode = 0x4000;

    /// <summary>Whether the command succeeded.</summary>
    public bool IsSuccess => Value == 0;

    /// <summary>Who reported it.</summary>
    public TpmResponseLayer Layer => IsWindows ? TpmResponseLayer.Windows : (TpmResponseLayer)(byte)(Value >> 16);

    /// <summary>The scheme it is written in: the TPM's own where somebody merely passed on the TPM's code.</summary>
    public TpmResponseFormat Format => TpmCode switch
    {
        null when IsWindows => TpmResponseFormat.Windows,
        null => Value >> 24 == 0 ? TpmResponseFormat.Tss : TpmResponseFormat.Unknown,
        uint code when (code & Format1Bit) != 0 => TpmResponseFormat.Format1,
        // A TPM 1.2's codes have neither bit; 0x01E is also what a TPM 2.0 says to a command of TPM 1.2.
        uint code when (code & Version1Bit) == 0 && code != 0 => TpmResponseFormat.Tpm12,
        _ => TpmResponseFormat.Format0,
    };

    /// <summary>Whether it is a warning: the command did not run, and may once its cause is gone.</summary>
    public bool IsWarning => IsFlat && (TpmCode & WarningBit) != 0;

    /// <summary>Whether the TPM says that the object or session of a handle is not loaded (TPM_RC_REFERENCE_H0 to TPM_RC_REFERENCE_S6).</summary>
    internal bool IsReference => Base.Value is >= TpmRc.ReferenceH0 and <= TpmRc.ReferenceH6 or >= TpmRc.ReferenceS0 and <= TpmRc.ReferenceS6;

    /// <summary>Whether the TPM's maker gave it its meaning.</summary>
    public bool IsVendorSpecific => IsFlat && (TpmCode & VendorBit) != 0;

    /// <summary>What it is about.</summary>
    public TpmResponseSubject Subject => Format != TpmResponseFormat.Format1 || (TpmCode & 0xF40) == 0
        ? TpmResponseSubject.None
        : (TpmCode & ParameterBit) != 0 ? TpmResponseSubject.Parameter
        : (TpmCode & SessionBit) != 0 ? TpmResponseSubject.Session
        : TpmResponseSubject.Handle;

    /// <summary>Which one it is about, from 1; zero where the TPM did not say, or <see cref="Subject"/> is none.</summary>
    public int SubjectNumber => Subject switch
    {
        TpmResponseSubject.None => 0,
        TpmResponseSubject.Parameter => (int)(Value >> 8 & 0xF),
        _ => (int)(Value >> 8 & 0x7),
    };

    /// <summary>The code itself: without the handle, parameter or session, and without the layer that passed it on.</summary>
    public TpmResponseCode Base => new(Format == TpmResponseFormat.Format1 ? TpmCode!.Value & ~0xF40u : TpmCode ?? Value);

    /// <summary>The name that the specification or the header file gives it, such as TPM_RC_AUTH_FAIL; "unassigned" or "vendor-specific" where there is none.</summary>
    public string Name => Format == TpmResponseFormat.Tss && Find() is { } meaning
        ? $"TSS2_{TssName(Layer)}_RC_{meaning.Name}"
        : Meaning.Name;

    /// <summary>What it says, in one sentence.</summary>
    public string Description => Meaning.Description;

    /// <summary>What to check or do next; empty where there is nothing to advise.</summary>
    public string Advice => Meaning.Advice;

    /// <summary>Name, code and subject, such as <c>TPM_RC_AUTH_FAIL (0x98E, session 1)</c>.</summary>
    public override string ToString()
    {
        string subject = Subject == TpmResponseSubject.None ? "" : $", {Word(Subject)}";
        string number = SubjectNumber == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {SubjectNumber}");
        string layer = Word(Layer);
        return string.Create(CultureInfo.InvariantCulture, $"{Name} (0x{Value:X3}{subject}{number}{layer})");
    }

    // The facility is what tells Windows' codes: an error (0x8028, 0x8029) or a notice (0x4029).
    private bool IsWindows => Value >> 16 is HResultTpm or 0x8029 or 0x4029;

    // Format 1 uses the same bits for the subject's number.
    private bool IsFlat => Format is TpmResponseFormat.Format0 or TpmResponseFormat.Tpm12;

    /// <summary>The code that the TPM gave, whoever passed it on; null where somebody else speaks for himself.</summary>
    private uint? TpmCode
    {
        get
        {
            uint code = Value & 0xFFFF;
            return (Value >> 16) switch
            {
                (uint)TpmResponseLayer.Tpm => code,
                HResultTpm when code < FirstTbsCode && TpmResponseCodeTable.Tbs(Value) is null => code,
                // Resource managers answer in the TPM's codes where these say it, otherwise in the stack's.
                (uint)TpmResponseLayer.ResourceManager or (uint)TpmResponseLayer.ResourceManagerTpm
                    when (code & (Format1Bit | Version1Bit)) != 0 => code,
                _ => null,
            };
        }
    }

    private TpmResponseMeaning Meaning => Find() ?? (IsVendorSpecific
        ? new("vendor-specific", "The TPM's maker gave this code its meaning.", "Look it up in the chip's data sheet.")
        : new("unassigned", "No specification assigns this code.", "A newer specification or the chip's maker may know it; otherwise bytes were lost on the way."));

    private TpmResponseMeaning? Find() => IsSuccess ? TpmResponseCodeTable.Success : Format switch
    {
        TpmResponseFormat.Tpm12 => TpmResponseCodeTable.Tpm12(Base.Value),
        TpmResponseFormat.Format0 => TpmResponseCodeTable.Format0(Base.Value),
        TpmResponseFormat.Format1 => TpmResponseCodeTable.Format1(Base.Value),
        TpmResponseFormat.Tss when TssName(Layer) is not null => TpmResponseCodeTable.Tss(Value & 0xFFFF),
        TpmResponseFormat.Windows => TpmResponseCodeTable.Tbs(Value) ?? TpmResponseCodeTable.TpmApi(Value) ?? TpmResponseCodeTable.Pcp(Value),
        _ => null,
    };

    private static string? TssName(TpmResponseLayer layer) => layer switch
    {
        TpmResponseLayer.Fapi => "FAPI",
        TpmResponseLayer.Esapi => "ESYS",
        TpmResponseLayer.Sapi => "SYS",
        TpmResponseLayer.Mu => "MU",
        TpmResponseLayer.Tcti => "TCTI",
        TpmResponseLayer.ResourceManager => "RESMGR",
        TpmResponseLayer.ResourceManagerTpm => "RESMGR_TPM",
        TpmResponseLayer.Driver => "DRIVER",
        _ => null,
    };

    private static string Word(TpmResponseSubject subject) => subject switch
    {
        TpmResponseSubject.Handle => "handle",
        TpmResponseSubject.Parameter => "parameter",
        TpmResponseSubject.Session => "session",
        _ => "",
    };

    // Other layers are in the code's name.
    private static string Word(TpmResponseLayer layer) => layer switch
    {
        TpmResponseLayer.Windows => ", from Windows",
        TpmResponseLayer.ResourceManager or TpmResponseLayer.ResourceManagerTpm => ", from the resource manager",
        _ => "",
    };
}

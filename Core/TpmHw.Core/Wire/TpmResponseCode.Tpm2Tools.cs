using System.Globalization;

namespace TpmHw.Wire;

public readonly partial record struct TpmResponseCode
{
    private const uint LowSevenBits = 0x07F;

    /// <summary>
    /// What tpm2_rc_decode of tpm2-tools (with tpm2-tss 3.2) prints before its description: the layer, and for the
    /// TPM's codes the subject or severity, such as <c>tpm:session(1):</c> or <c>rmt:error(2.0): </c>. It looks at
    /// fewer bits than this type does, and knows nothing of Windows.
    /// </summary>
    public string ToTpm2ToolsPrefix()
    {
        byte layer = (byte)(Value >> 16);
        uint code = Value & 0xFFFF;
        string name = (TpmResponseLayer)layer switch
        {
            TpmResponseLayer.Tpm => "tpm",
            TpmResponseLayer.Fapi => "fapi",
            TpmResponseLayer.Esapi => "esapi",
            TpmResponseLayer.Sapi => "sys",
            TpmResponseLayer.Mu => "mu",
            TpmResponseLayer.Tcti => "tcti",
            TpmResponseLayer.ResourceManager => "rmt",
            TpmResponseLayer.ResourceManagerTpm => "rm",
            TpmResponseLayer.Driver => "drvr",
            _ => layer.ToString(CultureInfo.InvariantCulture),
        };
        bool speaksTpm = (TpmResponseLayer)layer is TpmResponseLayer.Tpm or TpmResponseLayer.ResourceManager;
        return $"{name}:{(speaksTpm && code != 0 ? Tpm2ToolsDetail(code) : "")}";
    }

    private static string Tpm2ToolsDetail(uint code)
    {
        if ((code & Format1Bit) != 0)
        {
            // Three bits of the number for a parameter too, which has four.
            uint number = code >> 8 & 0x7;
            string subject = (code & ParameterBit) != 0 ? "parameter" : (code & SessionBit) != 0 ? "session" : "handle";
            return number == 0 ? $"{subject}(unk):" : string.Create(CultureInfo.InvariantCulture, $"{subject}({number}):");
        }

        string severity = (code & WarningBit) != 0 ? "warn" : "error";
        if ((code & Version1Bit) == 0)
        {
            return $"{severity}(1.2): ";
        }

        // A code that it does not know is printed as a bare number.
        uint listed = (code & (WarningBit | LowSevenBits)) | Version1Bit;
        bool known = (code & VendorBit) != 0 || (listed is not (TpmRc.ReadOnly or TpmRc.NotUsed) && TpmResponseCodeTable.Format0(listed) is not null);
        return known ? $"{severity}(2.0): " : "";
    }
}

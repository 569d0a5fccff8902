namespace TpmHw.Transports.Mmio;

/// <summary>How a command is started, as the ACPI table TPM2 says (TCG ACPI Specification, "Start Method").</summary>
public enum TpmStartMethod : uint
{
    /// <summary>A method of the firmware (_DSM).</summary>
    Acpi = 2,

    /// <summary>The FIFO registers.</summary>
    Fifo = 6,

    /// <summary>The start register of the CRB interface.</summary>
    Crb = 7,

    /// <summary>The start register of the CRB interface and a method of the firmware.</summary>
    CrbWithAcpi = 8,

    /// <summary>The start register of the CRB interface and a call to the secure world of an ARM processor.</summary>
    CrbWithSmc = 11,

    /// <summary>The doorbell of a Microsoft Pluton.</summary>
    Pluton = 13,

    /// <summary>The start register of the CRB interface and a message to a secure partition of an ARM processor (FF-A).</summary>
    CrbWithFfa = 15,
}

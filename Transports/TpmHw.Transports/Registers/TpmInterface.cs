namespace TpmHw.Transports.Registers;

/// <summary>TPM_INTF_CAPABILITY: what the interface can do.</summary>
/// <param name="Value">The register.</param>
public readonly record struct TpmIntfCapability(uint Value)
{
    /// <summary>dataAvailIntSupport: the TPM can signal that a response is there.</summary>
    public bool HasDataAvailInterrupt => (Value & 1) != 0;

    /// <summary>burstCountStatic: burstCount does not change, and any burst of that size can be moved.</summary>
    public bool IsBurstCountStatic => (Value & (1 << 8)) != 0;

    /// <summary>InterfaceVersion.</summary>
    public TpmInterfaceVersion Version => (TpmInterfaceVersion)((Value >> 28) & 7);
}

/// <summary>InterfaceVersion of TPM_INTF_CAPABILITY.</summary>
public enum TpmInterfaceVersion
{
    /// <summary>TIS 1.21 and earlier.</summary>
    Tis12 = 0,

    /// <summary>TIS 1.3.</summary>
    Tis13 = 2,

    /// <summary>TIS 1.3 for TPM 2.0, and PTP.</summary>
    Ptp = 3,
}

/// <summary>TPM_INTERFACE_ID, the low half: which interface it is.</summary>
/// <param name="Value">The register.</param>
public readonly record struct TpmInterfaceId(uint Value)
{
    /// <summary>InterfaceType: the interface that is active.</summary>
    public TpmInterfaceType Type => (TpmInterfaceType)(Value & 0xF);

    /// <summary>CapLocality: localities 0 to 4, or 0 alone.</summary>
    public bool HasFiveLocalities => (Value & (1 << 8)) != 0;
}

/// <summary>InterfaceType of TPM_INTERFACE_ID.</summary>
public enum TpmInterfaceType
{
    /// <summary>FIFO of the PTP.</summary>
    Fifo = 0,

    /// <summary>Command response buffer.</summary>
    Crb = 1,

    /// <summary>Command response buffer in memory (PTP 1.07).</summary>
    RamCrb = 2,

    /// <summary>FIFO of TIS 1.3 and earlier, where the register does not exist.</summary>
    Tis = 0xF,
}

/// <summary>Bits of TPM_INT_ENABLE and TPM_INT_STATUS.</summary>
[Flags]
public enum TpmInterrupts : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A response is there.</summary>
    DataAvail = 1 << 0,

    /// <summary>stsValid became 1.</summary>
    StsValid = 1 << 1,

    /// <summary>The locality changed.</summary>
    LocalityChange = 1 << 2,

    /// <summary>typePolarity: the line is low while an interrupt is pending.</summary>
    LowLevel = 1 << 3,

    /// <summary>commandReady became 1.</summary>
    CommandReady = 1 << 7,

    /// <summary>globalIntEnable.</summary>
    Enabled = 1u << 31,
}

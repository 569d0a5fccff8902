using TpmHw.Transports.Registers;

namespace TpmHw.Transports.I2c;

/// <summary>The registers that a TPM has on I2C alone (PTP, 7.2): their address there, behind those that every bus has.</summary>
public static class TpmI2cRegister
{
    /// <summary>TPM_LOC_SEL, 1 byte: the locality that all other registers refer to.</summary>
    public const TpmRegister LocSel = (TpmRegister)0x1000;

    /// <summary>TPM_I2C_INTERFACE_CAPABILITY, 4 bytes, read only.</summary>
    public const TpmRegister InterfaceCapability = (TpmRegister)0x1030;

    /// <summary>TPM_I2C_DEVICE_ADDRESS, 2 bytes.</summary>
    public const TpmRegister DeviceAddress = (TpmRegister)0x1038;

    /// <summary>TPM_DATA_CSUM_ENABLE, 1 byte: 1 switches the checksum on.</summary>
    public const TpmRegister DataCsumEnable = (TpmRegister)0x1040;

    /// <summary>TPM_DATA_CSUM, 2 bytes, the high one first: the checksum of what went through the FIFO.</summary>
    public const TpmRegister DataCsum = (TpmRegister)0x1044;
}

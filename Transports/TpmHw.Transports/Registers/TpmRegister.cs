namespace TpmHw.Transports.Registers;

/// <summary>Registers of the FIFO interface, as offsets in a locality (TIS 1.3 Table 16; PTP Table 13).</summary>
public enum TpmRegister : ushort
{
    /// <summary>TPM_ACCESS, 1 byte: who has the TPM.</summary>
    Access = 0x000,

    /// <summary>TPM_INT_ENABLE, 4 bytes.</summary>
    IntEnable = 0x008,

    /// <summary>TPM_INT_VECTOR, 1 byte.</summary>
    IntVector = 0x00C,

    /// <summary>TPM_INT_STATUS, 4 bytes: write 1 to clear.</summary>
    IntStatus = 0x010,

    /// <summary>TPM_INTF_CAPABILITY, 4 bytes, read only.</summary>
    IntfCapability = 0x014,

    /// <summary>TPM_STS, 4 bytes: status in byte 0, burstCount in bytes 1 and 2, family and cancel in byte 3.</summary>
    Sts = 0x018,

    /// <summary>TPM_HASH_END, 1 byte, locality 4.</summary>
    HashEnd = 0x020,

    /// <summary>TPM_DATA_FIFO: the command's bytes in, the response's bytes out; TPM_HASH_DATA at locality 4.</summary>
    DataFifo = 0x024,

    /// <summary>TPM_HASH_START, 1 byte, locality 4.</summary>
    HashStart = 0x028,

    /// <summary>TPM_INTERFACE_ID, 4 bytes: which interface this is.</summary>
    InterfaceId = 0x030,

    /// <summary>TPM_XDATA_FIFO: the same FIFO for wide accesses.</summary>
    XDataFifo = 0x080,

    /// <summary>TPM_DID_VID, 4 bytes: vendor in the low half, device in the high one.</summary>
    DidVid = 0xF00,

    /// <summary>TPM_RID, 1 byte: revision.</summary>
    Rid = 0xF04,
}

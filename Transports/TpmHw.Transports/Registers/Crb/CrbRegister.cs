namespace TpmHw.Transports.Registers.Crb;

/// <summary>Registers of the command response buffer interface, as offsets in a locality (PTP, "CRB interface", register space).</summary>
internal enum CrbRegister
{
    LocState = 0x00,
    LocCtrl = 0x08,
    LocSts = 0x0C,
    IntfIdLow = 0x30,
    IntfIdHigh = 0x34,

    // The control area, which the ACPI table points to.
    CtrlReq = 0x40,
    CtrlSts = 0x44,
    CtrlCancel = 0x48,
    CtrlStart = 0x4C,
    CtrlCmdSize = 0x58,
    CtrlCmdAddrLow = 0x5C,
    CtrlCmdAddrHigh = 0x60,
    CtrlRspSize = 0x64,
    CtrlRspAddrLow = 0x68,
    CtrlRspAddrHigh = 0x6C,

    /// <summary>Where the buffer is when it is in the locality's own page.</summary>
    DataBuffer = 0x80,
}

/// <summary>TPM_LOC_CTRL_x: what is written to it.</summary>
internal static class LocCtrl
{
    public const uint RequestAccess = 1 << 0;
    public const uint Relinquish = 1 << 1;
    public const uint Seize = 1 << 2;
    public const uint ResetEstablishment = 1 << 3;
}

/// <summary>TPM_CRB_CTRL_REQ_x: the TPM clears the bit once it has done it.</summary>
internal static class CtrlReq
{
    public const uint CmdReady = 1 << 0;
    public const uint GoIdle = 1 << 1;
}

/// <summary>TPM_CRB_CTRL_STS_x.</summary>
internal static class CtrlSts
{
    public const uint Fatal = 1 << 0;
    public const uint Idle = 1 << 1;
}

/// <summary>TPM_CRB_CTRL_START_x: the TPM clears the bit once it has done it. The second and third came with PTP 1.07.</summary>
internal static class CtrlStart
{
    public const uint Start = 1 << 0;
    public const uint ResponseRetry = 1 << 1;
    public const uint NextChunk = 1 << 2;
    public const uint Busy = Start | ResponseRetry | NextChunk;
}

/// <summary>TPM_LOC_STATE_x: who has the TPM.</summary>
internal readonly record struct LocState(uint Value)
{
    public const uint Assigned = 1 << 1;
    public const uint Valid = 1 << 7;

    /// <summary>Inverted in the register: 0 once a dynamic root of trust was established.</summary>
    public bool IsEstablished => (Value & 1) == 0;

    public bool IsAssigned => (Value & Assigned) != 0;

    public int ActiveLocality => (int)(Value >> 2 & 7);

    public bool IsValid => (Value & Valid) != 0;
}

/// <summary>TPM_LOC_STS_x: whether this locality has it.</summary>
internal readonly record struct LocSts(uint Value)
{
    public bool IsGranted => (Value & 1) != 0;

    public bool WasSeized => (Value & 1 << 1) != 0;
}

/// <summary>TPM_CRB_INTF_ID_x.</summary>
internal readonly record struct CrbInterfaceId(ulong Value)
{
    /// <summary>0 FIFO, 1 CRB, 0xF the FIFO of TIS 1.3.</summary>
    public int Type => (int)(Value & 0xF);

    /// <summary>0 before the standard, 1 the first, 2 with a larger buffer, 3 with chunks.</summary>
    public int Version => (int)(Value >> 4 & 0xF);

    public bool HasFiveLocalities => (Value & 1 << 8) != 0;

    /// <summary>Whether it can go from Completion to Ready without Idle.</summary>
    public bool CanBypassIdle => (Value & 1 << 9) != 0;

    public bool CanChunk => Version >= 3 && (Value & 1 << 10) != 0;

    public ushort Vendor => (ushort)(Value >> 32);

    public ushort Device => (ushort)(Value >> 48);
}

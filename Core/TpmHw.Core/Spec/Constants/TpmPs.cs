namespace TpmHw.Spec;

/// <summary>TPM_PS: platforms that a TPM can be made for (Part 2, 6.15).</summary>
[TpmNames("TPM_PS_")]
public enum TpmPs : uint
{
    /// <summary>No particular platform.</summary>
    Main = 0x00000000,

    /// <summary>PC Client.</summary>
    Pc = 0x00000001,

    /// <summary>Handheld devices.</summary>
    Pda = 0x00000002,

    /// <summary>Cell phones.</summary>
    CellPhone = 0x00000003,

    /// <summary>Servers.</summary>
    Server = 0x00000004,

    /// <summary>Peripherals.</summary>
    Peripheral = 0x00000005,

    /// <summary>The TSS work group.</summary>
    Tss = 0x00000006,

    /// <summary>Storage.</summary>
    Storage = 0x00000007,

    /// <summary>Authentication devices.</summary>
    Authentication = 0x00000008,

    /// <summary>Embedded systems.</summary>
    Embedded = 0x00000009,

    /// <summary>Printers and copiers.</summary>
    Hardcopy = 0x0000000A,

    /// <summary>Infrastructure.</summary>
    Infrastructure = 0x0000000B,

    /// <summary>Virtual machines.</summary>
    Virtualization = 0x0000000C,

    /// <summary>Trusted Network Connect.</summary>
    Tnc = 0x0000000D,

    /// <summary>Multi-tenant systems.</summary>
    MultiTenant = 0x0000000E,

    /// <summary>The technical committee.</summary>
    Tc = 0x0000000F,
}

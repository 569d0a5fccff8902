using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Simulation;

/// <summary>TPMs with a CRB interface, as public drivers and reports of their faults know them.</summary>
public static class CrbProfiles
{
    /// <summary>The virtual TPM of QEMU: one locality, and no time for anything but commands.</summary>
    public static CrbProfile Qemu { get; } = new()
    {
        Name = "qemu",
        Source = "qemu's tpm-crb: locality 0 alone, goIdle and cmdReady act at once, vendor 0x1014",
        TransitionTime = TimeSpan.Zero,
        CanBypassIdle = true,
    };

    /// <summary>All of PTP 1.05: five localities, separate states, nothing kept in Idle.</summary>
    public static CrbProfile Strict { get; } = new()
    {
        Name = "strict",
        Source = "PTP 1.05: no bypass of Idle, and registers that need not hold in a state do not hold",
        Localities = 5,
        VendorDevice = 0x0001_1AE0,
        ForgetsAddressesInIdle = true,
        HidesControlFromOthers = true,
    };

    /// <summary>Intel PTT as its firmware leaves it: in Ready, without the bypass of Idle.</summary>
    public static CrbProfile IntelPtt { get; } = new()
    {
        Name = "intel-ptt",
        Source = "Intel PTT: left in Ready by firmware (intel/FSP issue 62), addresses valid after cmdReady only (Linux)",
        Localities = 5,
        VendorDevice = 0x0001_8086,
        StartsReady = true,
        ForgetsAddressesInIdle = true,
    };

    /// <summary>Intel PTT on Alder Lake S: address registers read zero.</summary>
    public static CrbProfile IntelAlderLake { get; } = IntelPtt with
    {
        Name = "intel-alder-lake",
        Source = "Intel PTT of Alder Lake S: the control area is zero until the driver fills it in (coreboot, EDK II)",
        HasZeroAddresses = true,
    };

    /// <summary>Intel PTT on Jasper Lake: the granted bit drops in Idle.</summary>
    public static CrbProfile IntelJasperLake { get; } = IntelPtt with
    {
        Name = "intel-jasper-lake",
        Source = "Intel PTT of Jasper Lake: granted drops in Idle while the locality stays active (EDK II)",
        DropsGrantInIdle = true,
    };

    /// <summary>AMD fTPM: the control area alone, in the middle of memory, and two buffers elsewhere.</summary>
    public static CrbProfile AmdFtpm { get; } = new()
    {
        Name = "amd-ftpm",
        Source = "AMD fTPM: no locality registers (Dasharo), separate buffers of 4 KiB in ACPI memory (Linux)",
        Area = new CrbArea(0xDB64_B040, HasLocalities: false),
        VendorDevice = 0,
        SeparateBuffers = (0xDB64_C000, 0xDB65_0000),
        BufferSize = 0x1000,
    };

    /// <summary>PTP 1.07: buffers of 512 bytes, and chunks.</summary>
    public static CrbProfile Chunking { get; } = new()
    {
        Name = "chunking",
        Source = "PTP 1.07: InterfaceVersion 3 with CapCRBChunk, as qemu implements it",
        Localities = 5,
        InterfaceVersion = 3,
        CanChunk = true,
        BufferSize = 512,
    };

    /// <summary>All rows.</summary>
    public static IReadOnlyList<CrbProfile> All { get; } = [Qemu, Strict, IntelPtt, IntelAlderLake, IntelJasperLake, AmdFtpm, Chunking];

    /// <summary>The row of this name; null where there is none.</summary>
    public static CrbProfile? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}

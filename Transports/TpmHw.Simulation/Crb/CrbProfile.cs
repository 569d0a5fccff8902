using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Simulation;

/// <summary>What kind of CRB interface a model is.</summary>
public sealed record CrbProfile
{
    private const ulong UsualBase = 0xFED4_0000;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the registers are.</summary>
    public CrbArea Area { get; init; } = CrbArea.AtLocality0(UsualBase);

    /// <summary>How many localities there are: 1 or 5.</summary>
    public int Localities { get; init; } = 1;

    /// <summary>Vendor in the low half, device in the high one.</summary>
    public uint VendorDevice { get; init; } = 0x0001_1014;

    /// <summary>InterfaceVersion of the interface identifier.</summary>
    public int InterfaceVersion { get; init; } = 1;

    /// <summary>Whether a new command can follow a response without Idle in between.</summary>
    public bool CanBypassIdle { get; init; }

    /// <summary>Whether messages longer than the buffer go in chunks (PTP 1.07).</summary>
    public bool CanChunk { get; init; }

    /// <summary>Buffers outside of the locality's page, of <see cref="BufferSize"/> each: command, response; null for one in the page.</summary>
    public (ulong Command, ulong Response)? SeparateBuffers { get; init; }

    /// <summary>The size of a buffer.</summary>
    public int BufferSize { get; init; } = 0xF80;

    /// <summary>The size that the registers give for it, where they give another.</summary>
    public int? ClaimedSize { get; init; }

    /// <summary>Whether firmware has left it in Ready.</summary>
    public bool StartsReady { get; init; }

    /// <summary>Whether address and size registers read zero in Idle.</summary>
    public bool ForgetsAddressesInIdle { get; init; }

    /// <summary>Whether address and size registers are zero until the driver writes them, and again in Idle.</summary>
    public bool HasZeroAddresses { get; init; }

    /// <summary>Whether the granted bit drops in Idle.</summary>
    public bool DropsGrantInIdle { get; init; }

    /// <summary>Whether control registers read as ones from a locality that isn't active, rather than as zero.</summary>
    public bool HidesControlFromOthers { get; init; }

    /// <summary>How long cmdReady and goIdle take.</summary>
    public TimeSpan TransitionTime { get; init; } = TimeSpan.FromMicroseconds(20);

    /// <summary>How long a command takes.</summary>
    public TimeSpan ExecutionTime { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How long a cancelled command takes to end.</summary>
    public TimeSpan CancelTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long an access takes.</summary>
    public TimeSpan AccessTime { get; init; } = TimeSpan.FromMicroseconds(1);

    /// <summary>The virtual TPM of QEMU: one locality, and no time for anything but commands.</summary>
    public static CrbProfile Qemu { get; } = new() { Name = "qemu", InterfaceVersion = 1, TransitionTime = TimeSpan.Zero, CanBypassIdle = true };

    /// <summary>A chip with all of PTP 1.05: five localities, separate states, nothing kept in Idle.</summary>
    public static CrbProfile Strict { get; } = new() { Name = "strict", Localities = 5, VendorDevice = 0x0001_1AE0, ForgetsAddressesInIdle = true, HidesControlFromOthers = true };

    /// <summary>Intel PTT as its firmware leaves it: in Ready, without the bypass of Idle.</summary>
    public static CrbProfile IntelPtt { get; } = new() { Name = "intel-ptt", Localities = 5, VendorDevice = 0x0001_8086, StartsReady = true, ForgetsAddressesInIdle = true };

    /// <summary>Intel PTT on Alder Lake S: address registers read zero.</summary>
    public static CrbProfile IntelAlderLake { get; } = IntelPtt with { Name = "intel-alder-lake", HasZeroAddresses = true };

    /// <summary>Intel PTT on Jasper Lake: the granted bit drops in Idle.</summary>
    public static CrbProfile IntelJasperLake { get; } = IntelPtt with { Name = "intel-jasper-lake", DropsGrantInIdle = true };

    /// <summary>AMD fTPM: the control area alone, in the middle of memory, and two buffers elsewhere.</summary>
    public static CrbProfile AmdFtpm { get; } = new()
    {
        Name = "amd-ftpm",
        Area = new CrbArea(0xDB64_B040, HasLocalities: false),
        VendorDevice = 0,
        SeparateBuffers = (0xDB64_C000, 0xDB65_0000),
        BufferSize = 0x1000,
    };

    /// <summary>PTP 1.07: buffers of 512 bytes, and chunks.</summary>
    public static CrbProfile Chunking { get; } = new() { Name = "chunking", Localities = 5, InterfaceVersion = 3, CanChunk = true, BufferSize = 512 };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CrbProfile> All { get; } = [Qemu, Strict, IntelPtt, IntelAlderLake, IntelJasperLake, AmdFtpm, Chunking];
}

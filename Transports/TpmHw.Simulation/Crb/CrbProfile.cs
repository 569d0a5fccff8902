using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Simulation;

/// <summary>What kind of CRB interface a model is.</summary>
public sealed record CrbProfile
{
    private const ulong UsualBase = 0xFED4_0000;
    private const int ControlOffset = 0x40;

    /// <summary>Its name in a connection string.</summary>
    public required string Name { get; init; }

    /// <summary>What the row rests on.</summary>
    public required string Source { get; init; }

    /// <summary>Where the registers are.</summary>
    public CrbArea Area { get; init; } = CrbArea.AtLocality0(UsualBase);

    /// <summary>Where locality 0 begins, or would.</summary>
    public ulong Address => Area.ControlAddress - ControlOffset;

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

    /// <summary>The address that the registers give for the buffers, where they give another.</summary>
    public ulong? ClaimedAddress { get; init; }

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

    /// <summary>How long a cancelled command takes to end.</summary>
    public TimeSpan CancelTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long an access takes.</summary>
    public TimeSpan AccessTime { get; init; } = TimeSpan.FromMicroseconds(1);
}

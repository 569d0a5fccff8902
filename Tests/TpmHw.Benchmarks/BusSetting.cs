using TpmHw.Simulation;
using TpmHw.Transports.Registers;

namespace TpmHw.Benchmarks;

/// <summary>A chip and a bus to measure on.</summary>
/// <param name="Name">Short for what follows.</param>
/// <param name="Burst">burstCount.</param>
/// <param name="Waits">Wait bytes on the registers and on the FIFO, where reads and writes have as many.</param>
internal sealed record BusSetting(string Name, int Burst, SpiWaits Waits)
{
    /// <summary>Whether the chip says that its burstCount never changes.</summary>
    public bool IsStatic { get; init; }

    /// <summary>Time that each command takes.</summary>
    public TimeSpan Execution { get; init; }

    /// <summary>From writing commandReady to the bit being set.</summary>
    public TimeSpan Ready { get; init; }

    /// <summary>The clock rate, in hertz.</summary>
    public int ClockHz { get; init; } = 10_000_000;

    /// <summary>All settings: each chip twice, without and with a static burstCount.</summary>
    public static IReadOnlyList<BusSetting> All { get; } =
    [
        .. new[]
        {
            new BusSetting("w0b64", 64, default),
            new BusSetting("w0b32", 32, default),
            new BusSetting("w0b8", 8, default),
            new BusSetting("w4b64", 64, SpiWaits.All(4)),
            new BusSetting("w2f_b32", 32, new SpiWaits(0, 2, 2)),
            new BusSetting("w0b64_e1ms", 64, default) { Execution = TimeSpan.FromMilliseconds(1) },
            new BusSetting("w0b64_e20ms", 64, default) { Execution = TimeSpan.FromMilliseconds(20) },
            new BusSetting("w0b64_e200ms", 64, default) { Execution = TimeSpan.FromMilliseconds(200) },
            new BusSetting("w0b64_rdy1ms", 64, default) { Ready = TimeSpan.FromMilliseconds(1) },
            new BusSetting("w0b64_s24", 64, default) { ClockHz = 24_000_000 },
        }.SelectMany(static s => new[] { s, s with { Name = s.Name + "_static", IsStatic = true } }),
    ];

    /// <summary>The controller.</summary>
    public SpiModelSettings Port => new() { ClockHz = ClockHz, FrameTime = TimeSpan.FromMicroseconds(2) };

    /// <summary>What one look at status and burstCount costs.</summary>
    public BusFigures StatusRead => BusFigures.Of(1, 7 + Waits.Status, 1, Waits.Status);

    /// <summary>The chip: one that does the rest as the specification says, at once.</summary>
    public FifoProfile Chip => FifoProfiles.Plain with
    {
        BurstCount = Burst,
        BurstIsStatic = IsStatic,
        Waits = Waits,
        CommandReadyTime = Ready,
    };
}

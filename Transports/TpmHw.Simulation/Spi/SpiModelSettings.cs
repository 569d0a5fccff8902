namespace TpmHw.Simulation;

/// <summary>The controller in front of a model on SPI.</summary>
public sealed record SpiModelSettings
{
    /// <summary>A clock rate that every chip takes, in hertz.</summary>
    public const int UsualClockHz = 10_000_000;

    /// <summary>The clock rate, in hertz.</summary>
    public int ClockHz { get; init; } = UsualClockHz;

    /// <summary>Time that each frame takes beside its bytes: chip select, and what the controller needs.</summary>
    public TimeSpan FrameTime { get; init; } = TimeSpan.FromMicroseconds(2);

    /// <summary>Time that each exchange takes beside its bytes: on a real machine, a system call.</summary>
    public TimeSpan ExchangeTime { get; init; }

    /// <summary>Whether chip select can stay asserted from one exchange to the next.</summary>
    public bool CanHoldChipSelect { get; init; } = true;

    /// <summary>What the driver's interrupt line is on.</summary>
    public InterruptWiring Interrupt { get; init; }
}

namespace TpmHw.Simulation;

/// <summary>The controller in front of a model on I2C.</summary>
public sealed record I2cModelSettings
{
    /// <summary>A clock rate that every chip takes, in hertz: standard mode.</summary>
    public const int UsualClockHz = 100_000;

    /// <summary>The clock rate, in hertz.</summary>
    public int ClockHz { get; init; } = UsualClockHz;

    /// <summary>The address that messages go to; null for the chip's.</summary>
    public byte? Address { get; init; }

    /// <summary>Time that each call takes beside its bytes: on a real machine, a system call and the controller's interrupts.</summary>
    public TimeSpan CallTime { get; init; }

    /// <summary>The most bytes of one message, after the address.</summary>
    public int MaxTransfer { get; init; } = 8192;

    /// <summary>Whether the controller can repeat a start.</summary>
    public bool CanCombine { get; init; } = true;

    /// <summary>What the driver's interrupt line is on, where the chip follows the PTP; others have a ready line, or none.</summary>
    public InterruptWiring Interrupt { get; init; }

    /// <summary>How long the controller bears a chip that holds SCL low.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(200);
}

namespace TpmHw.Simulation;

/// <summary>How a chip behaves on I2C.</summary>
public sealed record I2cTraits
{
    /// <summary>How its registers are addressed.</summary>
    public I2cDialect Dialect { get; init; }

    /// <summary>Its address, 7 bits.</summary>
    public byte Address { get; init; } = 0x2E;

    /// <summary>The fastest clock, in hertz.</summary>
    public int MaxClockHz { get; init; } = 1_000_000;

    /// <summary>Bytes of a message after the address.</summary>
    public int MaxMessage { get; init; } = 4096 + 1;

    /// <summary>Where it needs <see cref="GuardTime"/>.</summary>
    public I2cGuards Guards { get; init; }

    /// <summary>Least time from a message's end to the next one's start; up to 255 µs where TPM_I2C_INTERFACE_CAPABILITY says so.</summary>
    public TimeSpan GuardTime { get; init; }

    /// <summary>Whether a line falls when the guard time after a write is over.</summary>
    public bool HasReadyLine { get; init; }

    /// <summary>Whether a read can follow its register with a repeated start.</summary>
    public bool CanRepeatStart { get; init; } = true;

    /// <summary>Time for which it holds SCL low in each message.</summary>
    public TimeSpan StretchTime { get; init; }

    /// <summary>Time after bytes for the FIFO for which it acknowledges nothing.</summary>
    public TimeSpan BusyAfterFifo { get; init; }

    /// <summary>Time after tpmGo for which it acknowledges nothing, where the command takes as long.</summary>
    public TimeSpan BusyAfterGo { get; init; }

    /// <summary>Where its identification is found; null for the usual address. For <see cref="I2cDialect.Nuvoton"/>.</summary>
    public byte? IdentityAt { get; init; }

    internal uint CapabilityBits => (uint)Guards | (uint)GuardTime.TotalMicroseconds << 9;
}

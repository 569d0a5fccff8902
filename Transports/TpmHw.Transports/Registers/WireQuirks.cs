namespace TpmHw.Transports.Registers;

/// <summary>What a chip needs on the wire beyond the specification.</summary>
internal sealed record WireQuirks
{
    /// <summary>Whether SPI's ready bit in the header's last byte is to be believed; otherwise it is looked for in the wait bytes only.</summary>
    public bool HeaderTellsReady { get; init; } = true;

    /// <summary>Time after the last access from which the chip may sleep; null where it wakes up by itself.</summary>
    public TimeSpan? SleepsAfter { get; init; }

    /// <summary>How long chip select is held to wake it.</summary>
    public TimeSpan WakePulse { get; init; }

    /// <summary>The least time between two transfers, and from waking to the first one.</summary>
    public TimeSpan TransferGap { get; init; }
}

/// <summary>A register bus that can go by a chip's quirks.</summary>
internal interface IQuirkBus
{
    /// <summary>Goes by these from the next access on; null for the specification alone.</summary>
    void Heed(WireQuirks? quirks);
}

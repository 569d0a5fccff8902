namespace TpmHw.Transport;

/// <summary>Sees what goes over the wire below a transport, each transfer once it is over and before the next begins.</summary>
/// <param name="transfer">The transfer; its spans are valid during the call. They can hold secrets.</param>
public delegate void WireObserver(WireTransfer transfer);

/// <summary>
/// One transfer on the wire below a transport, as a logic analyser shows it: on SPI, from chip select's fall to its rise;
/// on I2C a message, or that which selects what is read and that which reads it.
/// </summary>
public readonly ref struct WireTransfer
{
    /// <summary>The kind of wire, which says how the bytes are to be read: <c>spi</c>, <c>i2c</c>; <c>i2c-nuvoton</c> where a chip has a way of its own.</summary>
    public required string Bus { get; init; }

    /// <summary>The wire's clock rate, in hertz; 0 where nobody knows it.</summary>
    public required int ClockHz { get; init; }

    /// <summary>When it began, on the clock that the transport goes by.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When it was over.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>
    /// The bytes to the TPM, on I2C without the chip's address. With an I2C read that is repeated because it was not
    /// acknowledged come those that selected what it reads, though they are not sent again.
    /// </summary>
    public required ReadOnlySpan<byte> Sent { get; init; }

    /// <summary>The bytes from it; on SPI as many as were sent, but for those of an exchange in which the controller failed.</summary>
    public required ReadOnlySpan<byte> Received { get; init; }

    /// <summary>How it ended.</summary>
    public WireOutcome Outcome { get; init; }
}

/// <summary>How a transfer on a wire ended.</summary>
public enum WireOutcome
{
    /// <summary>All of it went over the wire.</summary>
    Done,

    /// <summary>The chip did not acknowledge it, so that it has had no effect (I2C).</summary>
    NotAcknowledged,

    /// <summary>The controller failed in it.</summary>
    Failed,
}

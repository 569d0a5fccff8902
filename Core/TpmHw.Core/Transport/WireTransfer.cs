namespace TpmHw.Transport;

/// <summary>Sees what goes over the wire below a transport, each transfer once it is over and before the next begins.</summary>
/// <param name="transfer">The transfer; its spans are valid during the call. They can hold secrets.</param>
public delegate void WireObserver(WireTransfer transfer);

/// <summary>
/// One transfer on the wire below a transport, as a logic analyser shows it: on SPI, from chip select's fall to its rise.
/// </summary>
public readonly ref struct WireTransfer
{
    /// <summary>The kind of wire, which says how the bytes are to be read: <c>spi</c>.</summary>
    public required string Bus { get; init; }

    /// <summary>The wire's clock rate, in hertz.</summary>
    public required int ClockHz { get; init; }

    /// <summary>When it began, on the clock that the transport goes by.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When it was over.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>The bytes to the TPM.</summary>
    public required ReadOnlySpan<byte> Sent { get; init; }

    /// <summary>The bytes from it; on SPI as many as were sent, but for those of an exchange in which the controller failed.</summary>
    public required ReadOnlySpan<byte> Received { get; init; }
}

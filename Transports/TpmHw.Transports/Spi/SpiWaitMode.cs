namespace TpmHw.Transports.Spi;

/// <summary>How wait states between a frame's header and its data are handled (PTP, SPI flow control).</summary>
public enum SpiWaitMode
{
    /// <summary>By what the chip shows: whole frames in one exchange where its waits are known, flow control where not.</summary>
    Auto,

    /// <summary>Whole frames in one exchange; a wait state is an error. For chips that insert none.</summary>
    None,

    /// <summary>Flow control in every frame, with chip select held.</summary>
    Poll,

    /// <summary>As <see cref="Poll"/>, and at least one wait byte: for chips that set the header's ready bit too early.</summary>
    Always,

    /// <summary>Whole frames with wait bytes of the expected number inside: for ports that can't hold chip select.</summary>
    Padded,
}

namespace TpmHw.Transports.Usb;

/// <summary>Which FTDI bridge it is, and what is wired to its lines beside the bus.</summary>
/// <remarks>Lines are called <c>gpiol0</c> to <c>gpiol3</c> (ADBUS4 to 7) and <c>gpioh0</c> to <c>gpioh7</c> (ACBUS), or by the names in brackets; on channel B they are that channel's.</remarks>
public sealed record FtdiOptions
{
    /// <summary>The bridge's serial number, or the port it is plugged into (<c>1-2.3</c>); null for the only one.</summary>
    public string? Serial { get; init; }

    /// <summary>The channel: 0 for A, 1 for B.</summary>
    public int Channel { get; init; }

    /// <summary>The highest clock rate, in hertz; null for the bus's usual one.</summary>
    public int? ClockHz { get; init; }

    /// <summary>The line of SPI's chip select.</summary>
    public string ChipSelect { get; init; } = "adbus3";

    /// <summary>The line of the TPM's reset; null where it has none. It is left high until a reset is asked for.</summary>
    public string? Reset { get; init; }

    /// <summary>The line of the TPM's interrupt; null where it has none. It is asked for about every millisecond.</summary>
    public string? Interrupt { get; init; }
}

using TpmHw.Transport;

namespace TpmHw.Transports.Spi;

/// <summary>A SPI controller with one chip on it: mode 0, 8 bits, the highest bit first.</summary>
public interface ISpiPort : IDisposable
{
    /// <summary>What it is, for errors.</summary>
    string Name { get; }

    /// <summary>Whether chip select can stay asserted from one exchange to the next. Wait states need that.</summary>
    bool CanHoldChipSelect { get; }

    /// <summary>The clock rate in force, in hertz.</summary>
    int ClockHz { get; }

    /// <summary>The clock that waiting goes by.</summary>
    TpmClock Clock { get; }

    /// <summary>Exchanges bytes in both directions at once, with chip select asserted; without any, chip select is asserted all the same.</summary>
    /// <param name="output">What goes to the chip.</param>
    /// <param name="input">What comes from it: as many bytes.</param>
    /// <param name="hold">Leaves chip select asserted; only where <see cref="CanHoldChipSelect"/>.</param>
    /// <exception cref="TpmTransportException">The controller failed; chip select has been released.</exception>
    void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold);

    /// <summary>Releases a chip select that an exchange left asserted.</summary>
    void Deselect();
}

using TpmHw.Transport;

namespace TpmHw.Transports.I2c;

/// <summary>An I2C controller and one chip's address on it. Each call is one message: start, address, bytes, stop.</summary>
/// <remarks>
/// A chip that is busy does not acknowledge its address, or the first byte: such a message has had no effect and may be
/// repeated. Whatever else goes wrong is an exception.
/// </remarks>
public interface II2cPort : IDisposable
{
    /// <summary>What it is, for errors: <c>i2cdev:/dev/i2c-1 at 0x2E</c>.</summary>
    string Name { get; }

    /// <summary>The clock that waiting goes by.</summary>
    TpmClock Clock { get; }

    /// <summary>The bus's clock rate, in hertz; 0 where the port is not told.</summary>
    int ClockHz => 0;

    /// <summary>The most bytes of one message, after the address.</summary>
    int MaxTransfer { get; }

    /// <summary>Whether <see cref="WriteRead"/> works: a start repeated in place of stop and start.</summary>
    bool CanCombine { get; }

    /// <summary>Writes bytes.</summary>
    /// <returns>Whether the chip acknowledged all of them; otherwise nothing has taken effect.</returns>
    /// <exception cref="TpmTransportException">The controller failed, or the bus is stuck.</exception>
    bool Write(ReadOnlySpan<byte> bytes);

    /// <summary>Reads bytes.</summary>
    /// <returns>Whether the chip acknowledged its address; otherwise <paramref name="bytes"/> is undefined.</returns>
    /// <exception cref="TpmTransportException">The controller failed, or the bus is stuck.</exception>
    bool Read(Span<byte> bytes);

    /// <summary>Writes, and reads after a repeated start; only where <see cref="CanCombine"/>.</summary>
    /// <returns>Whether the chip acknowledged both times; otherwise nothing has taken effect.</returns>
    /// <exception cref="TpmTransportException">The controller failed, or the bus is stuck.</exception>
    bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read);
}

using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>
/// Reads and writes a TPM's registers, whatever wire they are behind. Register drivers know nothing else; framing, wait
/// states, guard times and mappings are the bus's own business.
/// </summary>
/// <remarks>
/// Values are little-endian, as on the wire. A read may be shorter than its register and takes the low bytes then; the
/// FIFO registers take any number of bytes up to <see cref="MaxFifoTransfer"/>. One caller at a time.
/// </remarks>
public interface ITpmRegisterBus : IDisposable
{
    /// <summary>What it is, for errors: <c>spidev:/dev/spidev0.1</c>.</summary>
    string Name { get; }

    /// <summary>The most bytes of the FIFO that one access moves.</summary>
    int MaxFifoTransfer { get; }

    /// <summary>The most bytes of a command that a chip on this bus takes.</summary>
    int MaxCommandSize => TpmTransportInfo.UsualSize;

    /// <summary>The clock that all waiting goes by.</summary>
    TpmClock Clock { get; }

    /// <summary>Whether the TPM's interrupt line is wired to something that can be waited on.</summary>
    bool HasInterruptLine { get; }

    /// <summary>Reads a register, or bytes of the FIFO.</summary>
    /// <exception cref="TpmTransportException">The bus failed; chip select and the like have been given back.</exception>
    void Read(TpmRegister register, byte locality, Span<byte> value);

    /// <summary>Writes a register, or bytes of the FIFO.</summary>
    /// <exception cref="TpmTransportException">The bus failed; chip select and the like have been given back.</exception>
    void Write(TpmRegister register, byte locality, ReadOnlySpan<byte> value);

    /// <summary>Waits for the interrupt line.</summary>
    /// <returns>Whether it fired; false where the time was over first.</returns>
    bool WaitForInterrupt(TimeSpan time, CancellationToken cancellationToken);
}

namespace TpmHw.Rig;

/// <summary>What is on the buses.</summary>
internal interface IBusEnd : IDisposable
{
    /// <summary>Whether the TPM asserts its interrupt line now.</summary>
    bool IsInterrupting { get; }

    /// <summary>Bytes on SPI, both ways at once. A frame is from one that selects to one that releases.</summary>
    void Spi(int device, bool selects, bool releases, ReadOnlySpan<byte> mosi, Span<byte> miso);

    /// <summary>A message to a device on I2C.</summary>
    /// <returns>Whether it was acknowledged.</returns>
    bool Write(int address, ReadOnlySpan<byte> bytes);

    /// <summary>A message from a device on I2C.</summary>
    /// <returns>Whether it was acknowledged.</returns>
    bool Read(int address, Span<byte> bytes);

    /// <summary>A message to a device and one from it, with no stop between them.</summary>
    /// <returns>Whether both were acknowledged.</returns>
    bool WriteRead(int address, ReadOnlySpan<byte> written, Span<byte> read);

    /// <summary>A line that Linux drives has a new level.</summary>
    void Line(RigLine line, bool level);
}

/// <summary>The lines of the GPIO chip, by their numbers there.</summary>
internal enum RigLine
{
    /// <summary>PIRQ#, an input of Linux.</summary>
    Interrupt = 0,

    /// <summary>RST#.</summary>
    Reset = 1,

    /// <summary>The chip select of the second SPI device, whose own is not connected.</summary>
    ChipSelect = 2,
}

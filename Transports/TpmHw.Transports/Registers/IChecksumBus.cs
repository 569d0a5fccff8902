namespace TpmHw.Transports.Registers;

/// <summary>A register bus whose chip sums up what goes through its FIFO, so that damage on the wire is found.</summary>
internal interface IChecksumBus
{
    /// <summary>Compares the chip's checksum with that of what was moved since commandReady, or since dataAvail.</summary>
    /// <returns>What differs, as evidence; null where nothing does, or the chip has no checksum.</returns>
    string? FindMismatch(ReadOnlySpan<byte> moved);
}

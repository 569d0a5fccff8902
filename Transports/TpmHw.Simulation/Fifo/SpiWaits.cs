namespace TpmHw.Simulation;

/// <summary>Wait bytes that a chip inserts after a SPI header, by what is accessed.</summary>
/// <param name="Status">On ACCESS, STS, the interrupt registers and the identification, where PTP 1.05 allows one.</param>
/// <param name="FifoRead">On reads of the FIFO.</param>
/// <param name="FifoWrite">On writes of the FIFO.</param>
public readonly record struct SpiWaits(int Status, int FifoRead, int FifoWrite)
{
    /// <summary>As many on every access.</summary>
    public static SpiWaits All(int waits) => new(waits, waits, waits);
}

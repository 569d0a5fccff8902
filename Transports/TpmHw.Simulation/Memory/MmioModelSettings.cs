namespace TpmHw.Simulation;

/// <summary>The bus between the processor and a model in memory.</summary>
public sealed record MmioModelSettings
{
    /// <summary>
    /// Time for each byte of an access. LPC moves one byte in a cycle of some 15 clocks at 33 MHz, and splits what is wider.
    /// </summary>
    public TimeSpan ByteTime { get; init; } = TimeSpan.FromMicroseconds(0.5);
}

using TpmHw.Wire;

namespace TpmHw.Transports.Simulators;

/// <summary>Where a message says how long it is: a u32 at an offset, which leaves out some bytes around what it counts.</summary>
/// <param name="SizeAt">Offset of the u32.</param>
/// <param name="Around">Bytes of the message that it does not count.</param>
/// <param name="Least">The shortest that a message can be.</param>
internal readonly record struct Framing(int SizeAt, int Around, int Least)
{
    /// <summary>TPM responses as they are: the size in the header (Part 1, 18) counts all.</summary>
    public static Framing Plain => new(SizeAt: 2, Around: 0, Least: TpmHeader.Size);

    /// <summary>The simulator's: the response's size before it, and a u32 0 after it.</summary>
    public static Framing Mssim => new(SizeAt: 0, Around: 2 * sizeof(uint), Least: 2 * sizeof(uint));
}

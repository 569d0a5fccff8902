using TpmHw.Transport;

namespace TpmHw.Transports.Mmio;

/// <summary>A piece of the machine's physical memory in which registers are. Accesses are aligned and done exactly as asked, in order.</summary>
public interface IMmioRegion : IDisposable
{
    /// <summary>What it is, for errors: <c>/dev/mem at 0xFED40000</c>.</summary>
    string Name { get; }

    /// <summary>The physical address of its first byte.</summary>
    ulong Address { get; }

    /// <summary>Its size in bytes.</summary>
    int Length { get; }

    /// <summary>The clock that waiting goes by.</summary>
    TpmClock Clock { get; }

    /// <summary>Reads a byte.</summary>
    byte Read8(int offset);

    /// <summary>Reads four bytes, little-endian, at an offset that is a multiple of 4.</summary>
    uint Read32(int offset);

    /// <summary>Writes a byte.</summary>
    void Write8(int offset, byte value);

    /// <summary>Writes four bytes, little-endian, at an offset that is a multiple of 4.</summary>
    void Write32(int offset, uint value);
}

/// <summary>Makes a piece of physical memory accessible.</summary>
/// <param name="address">The physical address of its first byte, a multiple of 4.</param>
/// <param name="length">Its size in bytes.</param>
/// <exception cref="TpmTransportException">It can't be: no right to, or somebody else has it.</exception>
public delegate IMmioRegion MmioMapper(ulong address, int length);

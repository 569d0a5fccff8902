using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary>Looks at each frame once chip select has risen.</summary>
/// <param name="frame">The frame; its spans are valid during the call.</param>
public delegate void SpiFrameObserver(SpiFrame frame);

/// <summary>One frame on the wire: what was clocked between chip select's fall and its rise.</summary>
public readonly ref struct SpiFrame
{
    private const int HeaderSize = 4;

    internal SpiFrame(TimeSpan start, TimeSpan end, ReadOnlySpan<byte> mosi, ReadOnlySpan<byte> miso, int waits, int dataLength)
    {
        Start = start;
        End = end;
        Mosi = mosi;
        Miso = miso;
        Waits = waits;
        DataLength = dataLength;
    }

    /// <summary>When chip select fell.</summary>
    public TimeSpan Start { get; }

    /// <summary>When it rose.</summary>
    public TimeSpan End { get; }

    /// <summary>All bytes to the chip.</summary>
    public ReadOnlySpan<byte> Mosi { get; }

    /// <summary>All bytes from it.</summary>
    public ReadOnlySpan<byte> Miso { get; }

    /// <summary>Wait bytes after the header.</summary>
    public int Waits { get; }

    /// <summary>Bytes of data.</summary>
    public int DataLength { get; }

    /// <summary>Whether the header came whole.</summary>
    public bool HasHeader => Mosi.Length >= HeaderSize;

    /// <summary>Whether it is a write; meaningful where <see cref="HasHeader"/>.</summary>
    public bool IsWrite => HasHeader && (Mosi[0] & 0x80) == 0;

    /// <summary>The locality that the header addresses.</summary>
    public int Locality => HasHeader ? Mosi[2] >> 4 : -1;

    /// <summary>The register that it addresses.</summary>
    public TpmRegister Register => HasHeader ? (TpmRegister)((Mosi[2] & 0x0F) << 8 | Mosi[3]) : default;

    /// <summary>The data, in whichever direction it went.</summary>
    public ReadOnlySpan<byte> Data => DataLength == 0 ? default : (IsWrite ? Mosi : Miso).Slice(HeaderSize + Waits, DataLength);
}

using System.Runtime.InteropServices;

namespace TpmHw.Transports.Spi;

/// <summary>The user-space SPI device (linux/spi/spidev.h).</summary>
internal static class SpidevAbi
{
    public const uint Message1 = 0x40206B00;
    public const uint ReadMode = 0x80046B05; // the 32-bit form, which has SPI_NO_CS on every kernel since 3.15
    public const uint WriteMode = 0x40046B05;
    public const uint ReadBits = 0x80016B03;
    public const uint WriteBits = 0x40016B03;
    public const uint ReadSpeed = 0x80046B04;
    public const uint WriteSpeed = 0x40046B04;
}

/// <summary>Mode bits of linux/spi/spi.h.</summary>
[Flags]
internal enum SpiMode : uint
{
    None = 0,
    ClockPhase = 0x01,
    ClockPolarity = 0x02,
    ChipSelectHigh = 0x04,
    LowestBitFirst = 0x08,
    ThreeWire = 0x10,
    Loop = 0x20,
    NoChipSelect = 0x40,
}

/// <summary>struct spi_ioc_transfer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SpiTransfer
{
    public ulong Output;
    public ulong Input;
    public uint Length;
    public uint Speed;
    public ushort DelayMicroseconds;
    public byte BitsPerWord;

    /// <summary>On the last transfer of a message: chip select stays asserted after it.</summary>
    public byte ChangeChipSelect;
    public byte OutputWires;
    public byte InputWires;
    public byte WordDelayMicroseconds;
    public byte Padding;
}

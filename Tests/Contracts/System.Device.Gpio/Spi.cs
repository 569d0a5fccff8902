using System.Device.Gpio;
using TpmHw.Contracts;

namespace System.Device.Spi;

/// <summary>One chip on a SPI bus.</summary>
public abstract class SpiDevice : IDisposable
{
    /// <summary>How it is set up.</summary>
    public abstract SpiConnectionSettings ConnectionSettings { get; }

    /// <summary>Opens a device of this machine: not in a contract.</summary>
    public static SpiDevice Create(SpiConnectionSettings settings) => throw Contract.NoHardware("System.Device.Gpio");

    /// <summary>Reads bytes.</summary>
    public abstract void Read(Span<byte> buffer);

    /// <summary>Writes bytes.</summary>
    public abstract void Write(ReadOnlySpan<byte> buffer);

    /// <summary>Writes and reads as many bytes at once, under one chip select.</summary>
    public abstract void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer);

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>How a chip on a SPI bus is talked to.</summary>
public sealed class SpiConnectionSettings(int busId, int chipSelectLine = -1)
{
    /// <summary>The controller's number.</summary>
    public int BusId { get; set; } = busId;

    /// <summary>The number of its chip select; -1 for none.</summary>
    public int ChipSelectLine { get; set; } = chipSelectLine;

    /// <summary>Clock polarity and phase.</summary>
    public SpiMode Mode { get; set; } = SpiMode.Mode0;

    /// <summary>Bits of a word.</summary>
    public int DataBitLength { get; set; } = 8;

    /// <summary>The clock rate, in hertz.</summary>
    public int ClockFrequency { get; set; } = 500_000;

    /// <summary>Which bit goes first.</summary>
    public DataFlow DataFlow { get; set; } = DataFlow.MsbFirst;

    /// <summary>The level that selects the chip.</summary>
    public PinValue ChipSelectLineActiveState { get; set; } = PinValue.Low;
}

/// <summary>Clock polarity and phase.</summary>
public enum SpiMode
{
    /// <summary>Idle low, sampled at the first edge.</summary>
    Mode0,

    /// <summary>Idle low, sampled at the second edge.</summary>
    Mode1,

    /// <summary>Idle high, sampled at the first edge.</summary>
    Mode2,

    /// <summary>Idle high, sampled at the second edge.</summary>
    Mode3,
}

/// <summary>Which bit of a byte goes first.</summary>
public enum DataFlow
{
    /// <summary>The highest.</summary>
    MsbFirst,

    /// <summary>The lowest.</summary>
    LsbFirst,
}

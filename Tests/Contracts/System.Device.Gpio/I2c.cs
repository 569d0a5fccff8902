using TpmHw.Contracts;

namespace System.Device.I2c;

/// <summary>One chip on an I2C bus.</summary>
public abstract class I2cDevice : IDisposable
{
    /// <summary>Where it is.</summary>
    public abstract I2cConnectionSettings ConnectionSettings { get; }

    /// <summary>Opens a device of this machine: not in a contract.</summary>
    public static I2cDevice Create(I2cConnectionSettings settings) => throw Contract.NoHardware("System.Device.Gpio");

    /// <summary>Reads bytes.</summary>
    public abstract void Read(Span<byte> buffer);

    /// <summary>Writes bytes.</summary>
    public abstract void Write(ReadOnlySpan<byte> buffer);

    /// <summary>Writes, then reads.</summary>
    public abstract void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer);

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

/// <summary>Where a chip on an I2C bus is.</summary>
public sealed class I2cConnectionSettings(int busId, int deviceAddress)
{
    /// <summary>The controller's number.</summary>
    public int BusId { get; } = busId;

    /// <summary>The chip's address, 7 bits.</summary>
    public int DeviceAddress { get; } = deviceAddress;
}

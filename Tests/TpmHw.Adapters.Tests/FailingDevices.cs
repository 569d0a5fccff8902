using System.Device.I2c;
using System.Device.Spi;

namespace TpmHw.Adapters.Tests;

/// <summary>A SPI device that fails at its first use, as Linux's does where there is none.</summary>
internal sealed class FailingSpiDevice(SpiConnectionSettings settings) : SpiDevice
{
    public Exception Failure { get; init; } = new InvalidOperationException("Nobody was to use it.");

    public bool IsDisposed { get; private set; }

    public override SpiConnectionSettings ConnectionSettings => settings;

    public override void Read(Span<byte> buffer) => throw Failure;

    public override void Write(ReadOnlySpan<byte> buffer) => throw Failure;

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => throw Failure;

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

/// <summary>An I2C device that fails at every use.</summary>
internal sealed class FailingI2cDevice(Exception failure) : I2cDevice
{
    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x2E);

    public override void Read(Span<byte> buffer) => throw failure;

    public override void Write(ReadOnlySpan<byte> buffer) => throw failure;

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => throw failure;
}

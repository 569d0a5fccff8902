using System.Device.I2c;
using TpmHw.Simulation;

namespace RaspberryPi.Model;

/// <summary>An I2C device with a modelled TPM on it, which says what Linux says where an acknowledgement is missing.</summary>
internal sealed class ModelI2cDevice(I2cModelPort port, I2cConnectionSettings settings) : I2cDevice
{
    public override I2cConnectionSettings ConnectionSettings => settings;

    public override void Read(Span<byte> buffer) => Check(port.Read(buffer));

    public override void Write(ReadOnlySpan<byte> buffer) => Check(port.Write(buffer));

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Check(port.WriteRead(writeBuffer, readBuffer));

    protected override void Dispose(bool disposing)
    {
        port.Dispose();
        base.Dispose(disposing);
    }

    private static void Check(bool isAcknowledged)
    {
        if (!isAcknowledged)
        {
            throw new IOException("Error 121 (Remote I/O error) performing I2C data transfer.");
        }
    }
}

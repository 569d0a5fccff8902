using System.Device.I2c;
using System.Device.Spi;
using TpmHw.Transports.SystemDevice;

namespace TpmHw;

/// <summary>Opens a TPM on a device that a program has in its hand.</summary>
public static class SystemDeviceOpen
{
    extension(Tpm2)
    {
        /// <summary>Opens the TPM on a SPI device, which it then owns.</summary>
        /// <param name="device">The device; disposed with the TPM, and where this fails.</param>
        /// <param name="options">Chip select, reset and interrupt on GPIO lines; none where null.</param>
        /// <param name="tpm">How to treat the TPM: which one it must be, for instance.</param>
        /// <exception cref="TpmTransportException">There is no TPM, or it can't be used; the exception says why.</exception>
        public static Tpm2 Open(SpiDevice device, SystemDeviceOptions? options = null, Tpm2Options? tpm = null) => new(SystemDeviceTransport.Open(device, options), tpm);

        /// <summary>Opens the TPM on an I2C device, which it then owns.</summary>
        /// <param name="device">The device; disposed with the TPM, and where this fails.</param>
        /// <param name="options">Reset and interrupt on GPIO lines; none where null.</param>
        /// <param name="tpm">How to treat the TPM: which one it must be, for instance.</param>
        /// <exception cref="TpmTransportException">There is no TPM, or it can't be used; the exception says why.</exception>
        public static Tpm2 Open(I2cDevice device, SystemDeviceOptions? options = null, Tpm2Options? tpm = null) => new(SystemDeviceTransport.Open(device, options), tpm);
    }
}

using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using TpmHw.Contracts;

namespace Iot.Device.Board
{
    /// <summary>Something with buses and lines.</summary>
    public abstract class Board
    {
        internal Board()
        {
        }

        /// <summary>Its lines: not in a contract.</summary>
        public virtual GpioController CreateGpioController() => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <summary>A chip on its I2C bus: not in a contract.</summary>
        public I2cDevice CreateI2cDevice(I2cConnectionSettings connectionSettings) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <summary>A chip on its SPI bus: not in a contract.</summary>
        public SpiDevice CreateSpiDevice(SpiConnectionSettings connectionSettings) => throw Contract.NoHardware("Iot.Device.Bindings");
    }
}

namespace Iot.Device.FtCommon
{
    /// <summary>A bridge of FTDI.</summary>
    public class FtDevice : Board.Board
    {
        internal FtDevice()
        {
        }

        /// <summary>Its serial number.</summary>
        public string SerialNumber { get; set; } = "";
    }

    /// <summary>A bridge of the FT232H family.</summary>
    public class Ftx232HDevice : FtDevice
    {
        internal Ftx232HDevice()
        {
        }

        /// <summary>Those of this machine: not in a contract.</summary>
        public static List<Ftx232HDevice> GetFtx232H() => throw Contract.NoHardware("Iot.Device.Bindings");
    }
}

namespace Iot.Device.Ft4222
{
    /// <summary>An FT4222.</summary>
    public class Ft4222Device : FtCommon.FtDevice
    {
        internal Ft4222Device()
        {
        }

        /// <summary>Those of this machine: not in a contract.</summary>
        public static List<Ft4222Device> GetFt4222() => throw Contract.NoHardware("Iot.Device.Bindings");
    }

    /// <summary>The SPI bus of an FT4222.</summary>
    public class Ft4222Spi : SpiDevice
    {
        /// <summary>Opens it: not in a contract.</summary>
        public Ft4222Spi(SpiConnectionSettings settings) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override SpiConnectionSettings ConnectionSettings => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override void Read(Span<byte> buffer) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override void Write(ReadOnlySpan<byte> buffer) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => throw Contract.NoHardware("Iot.Device.Bindings");
    }

    /// <summary>The lines of an FT4222.</summary>
    public class Ft4222Gpio : GpioDriver
    {
        /// <summary>Opens them: not in a contract.</summary>
        public Ft4222Gpio(int deviceNumber = 0) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override int PinCount => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override void OpenPin(int pinNumber) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override void ClosePin(int pinNumber) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override void SetPinMode(int pinNumber, PinMode mode) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override PinMode GetPinMode(int pinNumber) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override PinValue Read(int pinNumber) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override void Write(int pinNumber, PinValue value) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
            throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
            throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
            throw Contract.NoHardware("Iot.Device.Bindings");
    }
}

namespace Iot.Device.Spi
{
    /// <summary>SPI on four lines, bit by bit.</summary>
    public class SoftwareSpi : SpiDevice
    {
        /// <summary>Opens its lines: not in a contract.</summary>
        public SoftwareSpi(int clk, int sdi, int sdo, int cs = -1, SpiConnectionSettings? settings = null, GpioController? gpioController = null, bool shouldDispose = true) =>
            throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override SpiConnectionSettings ConnectionSettings => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override void Read(Span<byte> buffer) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override void Write(ReadOnlySpan<byte> buffer) => throw Contract.NoHardware("Iot.Device.Bindings");

        /// <inheritdoc/>
        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => throw Contract.NoHardware("Iot.Device.Bindings");
    }
}

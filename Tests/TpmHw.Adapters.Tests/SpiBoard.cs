using System.Device.Gpio;
using System.Device.Spi;
using RaspberryPi.Model;
using TpmHw.Simulation;
using TpmHw.Transports.SystemDevice;

namespace TpmHw.Adapters.Tests;

/// <summary>A modelled TPM on a <see cref="SpiDevice"/>, with lines on a <see cref="GpioController"/>.</summary>
internal sealed class SpiBoard
{
    public SpiBoard(FifoModel model, bool hasChipSelectLine, int clockHz = 10_000_000)
    {
        Model = model;
        Port = new SpiModelPort(model, new SpiModelSettings { ClockHz = clockHz, CanHoldChipSelect = hasChipSelectLine });
        Device = new ModelSpiDevice(Port, new SpiConnectionSettings(0, hasChipSelectLine ? -1 : 1) { ClockFrequency = clockHz });
        Lines = new ModelGpioDriver(model, () => model.IsInterruptAsserted);
        Lines.Written += Device.OnLine;
        Options = new SystemDeviceOptions
        {
            Gpio = new GpioController(Lines),
            ChipSelectLine = hasChipSelectLine ? ModelGpioDriver.ChipSelect : null,
            Clock = model.Clock,
        };
    }

    public FifoModel Model { get; }

    public SpiModelPort Port { get; }

    public ModelSpiDevice Device { get; }

    public ModelGpioDriver Lines { get; }

    public SystemDeviceOptions Options { get; init; }

    public ITpmTransport Open() => SystemDeviceTransport.Open(Device, Options);
}

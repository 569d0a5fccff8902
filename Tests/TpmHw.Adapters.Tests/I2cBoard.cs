using System.Device.Gpio;
using System.Device.I2c;
using RaspberryPi.Model;
using TpmHw.Simulation;
using TpmHw.Transports.SystemDevice;

namespace TpmHw.Adapters.Tests;

/// <summary>A modelled TPM on an <see cref="I2cDevice"/>, with lines on a <see cref="GpioController"/>.</summary>
internal sealed class I2cBoard
{
    public I2cBoard(FifoModel model, bool repeatsStart)
    {
        Model = model;
        Port = new I2cModelPort(model, new I2cModelSettings { CanCombine = repeatsStart });
        Device = new ModelI2cDevice(Port, new I2cConnectionSettings(1, 0x2E));
        Lines = new ModelGpioDriver(model, () => model.IsInterruptAsserted);
        Options = new SystemDeviceOptions { Gpio = new GpioController(Lines), RepeatsStart = repeatsStart, Clock = model.Clock };
    }

    public FifoModel Model { get; }

    public I2cModelPort Port { get; }

    public ModelI2cDevice Device { get; }

    public ModelGpioDriver Lines { get; }

    public SystemDeviceOptions Options { get; init; }

    public ITpmTransport Open() => SystemDeviceTransport.Open(Device, Options);
}

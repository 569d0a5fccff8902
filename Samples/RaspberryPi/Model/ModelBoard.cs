using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using TpmHw.Simulation;
using TpmHw.Transport;
using TpmHw.Transports;

namespace RaspberryPi.Model;

/// <summary>What the sample finds in place of hardware: a modelled TPM on SPI or I2C, executing on libtpms.</summary>
/// <param name="Gpio">The lines.</param>
/// <param name="Clock">The model's clock.</param>
/// <param name="Spi">The device that the TPM is on, where that is SPI.</param>
/// <param name="I2c">The device that the TPM is on, where that is I2C.</param>
internal sealed record ModelBoard(GpioController Gpio, TpmClock Clock, SpiDevice? Spi, I2cDevice? I2c)
{
    /// <summary>Makes the board for a bus of the sample's command line.</summary>
    public static ModelBoard Make(string bus)
    {
        bool isI2c = bus == "i2c";
        FifoProfile chip = isI2c ? I2cProfiles.Find("slb9673")! : FifoProfiles.Find("slb9670")!;
        var model = new FifoModel(chip, TransportCatalog.Default.Open("libtpms"));
        var lines = new ModelGpioDriver(model, () => model.IsInterruptAsserted);
        var gpio = new GpioController(lines);
        if (isI2c)
        {
            return new ModelBoard(gpio, model.Clock, null, new ModelI2cDevice(new I2cModelPort(model), new I2cConnectionSettings(1, 0x2E)));
        }

        bool hasLine = bus == "spi-cs";
        var spi = new ModelSpiDevice(
            new SpiModelPort(model, new SpiModelSettings { CanHoldChipSelect = hasLine }),
            new SpiConnectionSettings(0, hasLine ? -1 : 1) { ClockFrequency = SpiModelSettings.UsualClockHz });
        lines.Written += spi.OnLine;
        return new ModelBoard(gpio, model.Clock, spi, null);
    }
}

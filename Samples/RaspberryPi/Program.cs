using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using RaspberryPi.Model;
using TpmHw;
using TpmHw.Transport;
using TpmHw.Transports.SystemDevice;

string[] known = ["spi", "spi-cs", "i2c", "--model"];
bool isModel = args.Contains("--model");
string[] buses = [.. args.Except(["--model"])];
if (args.Except(known).Any() || buses.Length != 1)
{
    Console.Error.WriteLine("usage: RaspberryPi spi|spi-cs|i2c [--model]");
    return 2;
}

try
{
    // The lines are the ones of the wiring table in README.md.
    ModelBoard? board = isModel ? ModelBoard.Make(buses[0]) : null;
    using GpioController gpio = board?.Gpio ?? new GpioController();
    var options = new SystemDeviceOptions { Gpio = gpio, ResetLine = 24, InterruptLine = 25, Clock = board?.Clock };
    using Tpm2 tpm = buses[0] switch
    {
        // Chip select is the controller's own. Enough for a TPM without wait states, or always as many.
        "spi" => Tpm2.Open(board?.Spi ?? SpiDevice.Create(new SpiConnectionSettings(0, 1) { ClockFrequency = 10_000_000 }), options),

        // Chip select is GPIO 7, which works with every TPM.
        "spi-cs" => Tpm2.Open(
            board?.Spi ?? SpiDevice.Create(new SpiConnectionSettings(0, -1) { ClockFrequency = 10_000_000 }),
            options with { ChipSelectLine = 7 }),
        _ => Tpm2.Open(board?.I2c ?? I2cDevice.Create(new I2cConnectionSettings(1, 0x2E)), options),
    };

    tpm.Transport.FindAbility<ITpmReset>()!.Reset();
    Console.WriteLine("reset");
    Console.WriteLine(Convert.ToHexString(tpm.GetRandom(16))); // sends TPM2_Startup first, which a TPM wants after a reset
    return 0;
}
catch (TpmException e)
{
    Console.Error.WriteLine(e);
    return 1;
}

using System.Globalization;
using System.Runtime.InteropServices;
using TpmHw.Rig;

// What is at the far end of the guest's buses, until SIGTERM:
//   farend qemu [waits [noise]]     the TPM that QEMU has in memory, with its lines: on SPI with that many wait bytes, and
//                                   on I2C, where in that many bytes a bit flips
//   farend model <profile>          a model of a chip, on SPI or on I2C, whichever it has
//   farend usb <device> <profile> [pyftdi]   a model of a USB device with that chip, ltt2go, ftdi-spi or ftdi-i2c, and
//                                   whose driver it is that may do what that one does
// Its end is 1 where a model has something against whoever drove it.
using var stop = new CancellationTokenSource();
using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.Cancel();
});

switch (args)
{
    case ["qemu", .. var rest]:
        int[] numbers = [.. rest.Select(static n => int.Parse(n, CultureInfo.InvariantCulture)), 0, 0];
        using (var end = new QemuEnd(waits: numbers[0], noise: numbers[1]))
        {
            BusServer.Run(end, stop.Token);
        }

        return 0;
    case ["model", var profile]:
        using (var end = new ModelEnd(profile))
        {
            BusServer.Run(end, stop.Token);
            return end.Report();
        }

    case ["usb", var device, var profile, .. var driver]:
        using (var end = new UsbEnd(device, profile))
        {
            UsbServer.Run(end, stop.Token);
            return end.Report(driver.FirstOrDefault());
        }

    default:
        Console.Error.WriteLine("farend: qemu [waits [noise]], model <profile> or usb <device> <profile> [pyftdi]");
        return 2;
}

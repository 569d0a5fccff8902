using System.Globalization;
using System.Runtime.InteropServices;
using TpmHw.Rig;

// What is at the far end of the guest's buses, until SIGTERM:
//   farend qemu [waits]      the TPM that QEMU has in memory, on SPI with that many wait bytes, on I2C, with its lines
//   farend model <profile>   a model of a chip, on SPI or on I2C, whichever it has
//   farend usb <device> <profile>   a model of a USB device with that chip: ltt2go, ftdi-spi or ftdi-i2c
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
        using (var end = new QemuEnd(rest is [var waits] ? int.Parse(waits, CultureInfo.InvariantCulture) : 0))
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

    case ["usb", var device, var profile]:
        using (var end = new UsbEnd(device, profile))
        {
            UsbServer.Run(end, stop.Token);
            return end.Report();
        }

    default:
        Console.Error.WriteLine("farend: qemu [waits], model <profile> or usb <device> <profile>");
        return 2;
}

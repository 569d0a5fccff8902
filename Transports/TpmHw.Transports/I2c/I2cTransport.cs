using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.I2c;

/// <summary>Opens whatever TPM is at an address of I2C.</summary>
public static class I2cTransport
{
    private static readonly TimeSpan s_powerUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_powerUpPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>The address that a chip usually has.</summary>
    public static byte UsualAddress(I2cChip chip) => chip switch
    {
        I2cChip.Auto or I2cChip.Ptp => I2cRegisterBus.UsualAddress,
        I2cChip.Atmel => AtmelTransport.UsualAddress,
        _ => Dialect(chip).UsualAddress,
    };

    /// <summary>Opens the TPM behind a port.</summary>
    /// <param name="port">The port. It belongs to the transport from now on, and is disposed where this fails.</param>
    /// <param name="chip">Which one it is.</param>
    /// <param name="kind">The transport's name in a connection string, such as <c>i2cdev</c>.</param>
    /// <param name="name">The connection string as the user wrote it.</param>
    /// <param name="interruptLine">The line of the chip's interrupt, an input with a pull-up; owned as well.</param>
    /// <param name="options">Options; the usual ones where null.</param>
    /// <param name="wire">Sees the messages, from the driver's first one on; null for nobody.</param>
    /// <exception cref="TpmTransportException">There is no TPM, or it can't be used; the exception says why.</exception>
    public static ITpmTransport Open(
        II2cPort port, I2cChip chip, string kind, string name, IGpioLine? interruptLine = null, RegisterTransportOptions? options = null, WireObserver? wire = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (chip == I2cChip.Atmel)
        {
            interruptLine?.Dispose();
            return AtmelTransport.Open(Seen(port, chip, wire), kind, name, options?.Timeout);
        }

        ITpmRegisterBus bus;
        try
        {
            chip = chip == I2cChip.Auto ? Recognise(port, wire) : chip;
            bus = chip == I2cChip.Ptp
                ? new I2cRegisterBus(Seen(port, chip, wire), interruptLine)
                : new I2cDialectBus(Seen(port, chip, wire), Dialect(chip), interruptLine);
        }
        catch
        {
            port.Dispose();
            interruptLine?.Dispose();
            throw;
        }

        return RegisterTransport.Open(bus, kind, name, options);
    }

    private static II2cPort Seen(II2cPort port, I2cChip chip, WireObserver? wire) => wire is null ? port : new ObservedI2cPort(port, chip, wire);

    private static I2cDialect Dialect(I2cChip chip) =>
        Array.Find(I2cDialect.All, d => d.Chip == chip) ?? throw new ArgumentOutOfRangeException(nameof(chip), chip, "There is no such chip.");

    /// <summary>Reads the identity where each kind of chip has it, until one is known; it may be starting up.</summary>
    private static I2cChip Recognise(II2cPort port, WireObserver? wire)
    {
        var deadline = Deadline.After(s_powerUp, port.Clock);
        while (true)
        {
            uint? didVid = ReadDidVid(new I2cRegisterBus(Seen(port, I2cChip.Ptp, wire)), out TpmTransportException? silence);
            if (didVid is { } known && ChipTable.KnowsVendor(known))
            {
                return I2cChip.Ptp;
            }

            foreach (I2cDialect dialect in I2cDialect.All)
            {
                if (dialect.Chips.Length > 0 && ReadDidVid(new I2cDialectBus(Seen(port, dialect.Chip, wire), dialect), out _) is { } other && dialect.Chips.Contains(other))
                {
                    return dialect.Chip;
                }
            }

            if (deadline.HasPassed)
            {
                return didVid is not { } read ? throw silence!
                    : FifoFault.Of(read) is null ? I2cChip.Ptp // of a vendor that is not known yet
                    : throw I2cError.NotRecognised(port, string.Create(CultureInfo.InvariantCulture, $"register 0x48 = 0x{read:X8}, after {deadline}"));
            }

            port.Clock.Wait(s_powerUpPoll);
        }
    }

    /// <summary>Reads TPM_DID_VID; null where the chip does not acknowledge that, which some do with registers they don't have.</summary>
    private static uint? ReadDidVid(ITpmRegisterBus bus, out TpmTransportException? silence)
    {
        silence = null;
        try
        {
            return FifoPort.Read32(bus, TpmRegister.DidVid);
        }
        catch (TpmTransportException e) when (e.Fault == TpmFault.NotAcknowledged)
        {
            silence = e;
            return null;
        }
    }
}

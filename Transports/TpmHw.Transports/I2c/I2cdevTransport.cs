using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.I2c;

/// <summary>A TPM on an I2C bus of Linux: <c>i2cdev:/dev/i2c-1</c>.</summary>
public static class I2cdevTransport
{
    // 0x00 to 0x07 and 0x78 to 0x7F have meanings of their own (I2C specification, reserved addresses).
    private const int FirstAddress = 0x08, LastAddress = 0x77;

    private static readonly (string Name, I2cChip Chip)[] s_chips =
    [
        ("auto", I2cChip.Auto),
        ("ptp", I2cChip.Ptp),
        ("slb9635", I2cChip.Slb9635),
        ("slb9645", I2cChip.Slb9645),
        ("cr50", I2cChip.Cr50),
        ("nuvoton", I2cChip.Nuvoton),
        ("atmel", I2cChip.Atmel),
        ("st33zp24", I2cChip.St33zp24),
    ];

    /// <summary><c>address</c>, which every I2C port has.</summary>
    internal static TransportOption Address { get; } = new("address", "the TPM's address; without it the chip's usual one, 0x2E for chips that follow the PTP", TransportOptionKind.Number);

    /// <summary><c>chip</c>, which every I2C port has.</summary>
    internal static TransportOption Chip { get; } = new(
        "chip",
        "how the chip lays out its registers: by what it says of itself, as the PTP does, or as one that is older; atmel and st33zp24 don't say so themselves",
        TransportOptionKind.Choice,
        "auto")
    {
        Choices = [.. s_chips.Select(static c => c.Name)],
    };

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "i2cdev",
        Summary = "a TPM on I2C, driven from here without a kernel driver",
        Example = "i2cdev:/dev/i2c-1,address=0x2e,reset=gpiochip0/24",
        Platforms = ["Linux"],
        Options =
        [
            new("path", "the I2C bus's node", TransportOptionKind.Path, I2cdevPort.UsualPath) { IsPositional = true },
            Address,
            Chip,
            OpenedParts.Reset,
            OpenedParts.Interrupt,
            RegisterSettings.Verify,
            RegisterSettings.Seize,
            RegisterSettings.Timeout,
        ],
        Open = Open,
    };

    internal static I2cChip ChipOf(TransportSettings settings) => Array.Find(s_chips, c => c.Name == settings.Text(Chip.Name)).Chip;

    internal static byte AddressOf(TransportDescriptor descriptor, TransportSettings settings)
    {
        int address = settings.Has(Address.Name) ? settings.Number(Address.Name) : I2cTransport.UsualAddress(ChipOf(settings));
        return address is >= FirstAddress and <= LastAddress
            ? (byte)address
            : throw TransportSettings.Bad(descriptor, settings.ConnectionString, FormattableString.Invariant($"'address' takes 0x{FirstAddress:X2} to 0x{LastAddress:X2}."));
    }

    private static ITpmTransport Open(TransportSettings settings)
    {
        I2cChip chip = ChipOf(settings);
        byte address = AddressOf(Descriptor, settings);

        return OpenedParts.Assemble(settings, parts =>
        {
            GpioLine? interrupt = parts.Line(OpenedParts.Interrupt.Name, GpioDirection.InputFalling);
            GpioLine? reset = parts.Line(OpenedParts.Reset.Name, GpioDirection.OutputHigh);
            I2cdevPort port = parts.Add(I2cdevPort.Open(settings.Text("path")!, address));
            ITpmTransport transport = I2cTransport.Open(
                port, chip, Descriptor.Name, settings.ConnectionString, interrupt, RegisterSettings.Read(settings), settings.Wire);
            return reset is null ? transport : new ResetLineTransport(transport, reset, port.Clock);
        });
    }
}

using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.I2c;

/// <summary>
/// TPM registers over I2C as the PTP has them: a register is one byte, and refers to the locality in TPM_LOC_SEL.
/// </summary>
/// <remarks>
/// <para>
/// A write is one message: the register's byte, then data. A read is a message with the register's byte and one with
/// data, with a repeated start between them where chip and port can do that. TPM_I2C_INTERFACE_CAPABILITY tells how much
/// time the chip needs between messages; until it has been read, all of them get 250 µs.
/// </para>
/// <para>
/// I2C has no checksum of its own. The chip's (TPM_DATA_CSUM) is switched on where there is one, and the register driver
/// compares it before tpmGo and after the response. Registers have none, so that what has bits that can't be set is
/// read again.
/// </para>
/// </remarks>
public sealed class I2cRegisterBus : ITpmRegisterBus, IChecksumBus
{
    /// <summary>The address that TPMs have unless they were given another one.</summary>
    public const byte UsualAddress = 0x2E;

    private const byte NoLocality = 0xFF;
    private const uint FiveLocalities = 1u << 8; // of TPM_INTERFACE_ID, whose type is 0: FIFO

    // Where a register is, and the bits that read 0 whatever the chip does (Linux, tpm_tis_i2c).
    private static readonly (TpmRegister Register, byte Address, uint Zero)[] s_registers =
    [
        (TpmI2cRegister.LocSel, 0x00, 0),
        (TpmRegister.Access, 0x04, 0x48),
        (TpmRegister.IntEnable, 0x08, 0x7FFF_FF60),
        (TpmRegister.IntStatus, 0x10, 0),
        (TpmRegister.IntfCapability, 0x14, 0x0FFF_F000),
        (TpmRegister.Sts, 0x18, 0x23),
        (TpmRegister.HashEnd, 0x20, 0),
        (TpmRegister.DataFifo, 0x24, 0),
        (TpmRegister.HashStart, 0x28, 0),
        (TpmI2cRegister.InterfaceCapability, 0x30, 0x8000_0000),
        (TpmI2cRegister.DeviceAddress, 0x38, 0),
        (TpmI2cRegister.DataCsumEnable, 0x40, 0),
        (TpmI2cRegister.DataCsum, 0x44, 0),
        (TpmRegister.DidVid, 0x48, 0),
        (TpmRegister.Rid, 0x4C, 0),
    ];

    private readonly II2cPort _port;
    private readonly IGpioLine? _interrupt;
    private readonly I2cLink _link;
    private byte _locality = NoLocality; // what TPM_LOC_SEL has
    private bool _burstCountIsStatic;
    private bool _hasChecksum;

    /// <summary>Puts registers on a port, which it then owns.</summary>
    /// <param name="port">The I2C port, with the TPM's address.</param>
    /// <param name="interruptLine">The line that the TPM's PIRQ# is on, an input with a pull-up; owned as well.</param>
    public I2cRegisterBus(II2cPort port, IGpioLine? interruptLine = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        _port = port;
        _interrupt = interruptLine;
        _link = new I2cLink(port, I2cGuard.Unknown);
    }

    /// <inheritdoc/>
    public string Name => _port.Name;

    /// <inheritdoc/>
    public int MaxFifoTransfer => _link.MaxData;

    /// <inheritdoc/>
    public TpmClock Clock => _port.Clock;

    /// <inheritdoc/>
    public bool HasInterruptLine => _interrupt is not null;

    /// <inheritdoc/>
    public void Read(TpmRegister register, byte locality, Span<byte> value)
    {
        switch (register)
        {
            case TpmRegister.InterfaceId:
                Learn();
                Answer(value, FiveLocalities);
                break;
            case TpmRegister.IntfCapability:
                Answer(value, ReadCapability(locality));
                break;
            default:
                Select(register, locality);
                ReadSane(register, value);
                break;
        }
    }

    /// <inheritdoc/>
    public void Write(TpmRegister register, byte locality, ReadOnlySpan<byte> value)
    {
        // A reset selects locality 0 again without a word. Whoever asks for another one selects it anew.
        if (register == TpmRegister.Access && locality != 0)
        {
            _locality = NoLocality;
        }

        Select(register, locality);
        _link.Write(Find(register).Address, value);
    }

    /// <inheritdoc/>
    public bool WaitForInterrupt(TimeSpan time, CancellationToken cancellationToken) =>
        _interrupt is { } line
            ? line.WaitForFall(time, cancellationToken)
            : throw new InvalidOperationException($"{Name} has no interrupt line.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _port.Dispose();
        _interrupt?.Dispose();
    }

    /// <summary>The register at an address; null where there is none.</summary>
    internal static TpmRegister? RegisterAt(byte address)
    {
        foreach ((TpmRegister Register, byte Address, uint Zero) row in s_registers)
        {
            if (row.Address == address)
            {
                return row.Register;
            }
        }

        return null;
    }

    string? IChecksumBus.FindMismatch(ReadOnlySpan<byte> moved)
    {
        if (!_hasChecksum)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[2];
        _link.Read(Find(TpmI2cRegister.DataCsum).Address, bytes);
        ushort theirs = BinaryPrimitives.ReadUInt16BigEndian(bytes); // unlike every other register
        ushort ours = Crc16.Kermit(moved);
        if (theirs == ours)
        {
            return null;
        }

        _link.Write(Find(TpmI2cRegister.DataCsumEnable).Address, [1]); // a reset has switched it off
        return string.Create(CultureInfo.InvariantCulture, $"TPM_DATA_CSUM = 0x{theirs:X4}, but {moved.Length} bytes have 0x{ours:X4}");
    }

    /// <summary>What the chip needs and can do; asked once it is known to be there.</summary>
    private void Learn()
    {
        Span<byte> bytes = stackalloc byte[4];
        ReadSane(TpmI2cRegister.InterfaceCapability, bytes);
        var capability = new TpmI2cInterfaceCapability(BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        _link.Guard = capability.Value == uint.MaxValue ? I2cGuard.Unknown : I2cGuard.Of(capability);
        _burstCountIsStatic = capability.Value != uint.MaxValue && capability.IsBurstCountStatic;

        byte switchAddress = Find(TpmI2cRegister.DataCsumEnable).Address;
        Span<byte> enabled = stackalloc byte[1];
        _link.Write(switchAddress, [1]);
        _link.Read(switchAddress, enabled);
        _hasChecksum = enabled[0] == 1;
    }

    /// <summary>TPM_INTF_CAPABILITY, as the other buses have it: the chip's interrupts, and what else it said.</summary>
    private uint ReadCapability(byte locality)
    {
        Span<byte> bytes = stackalloc byte[4];
        Select(TpmRegister.IntfCapability, locality);
        ReadSane(TpmRegister.IntfCapability, bytes);
        return bytes[0] | (_burstCountIsStatic ? 1u << 8 : 0) | ((uint)TpmInterfaceVersion.Ptp << 28);
    }

    /// <summary>Selects a locality for the registers that each locality has of its own.</summary>
    private void Select(TpmRegister register, byte locality)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(locality, 4);
        if (locality != _locality && register is not (TpmRegister.DidVid or TpmRegister.Rid))
        {
            _locality = NoLocality;
            _link.Write(Find(TpmI2cRegister.LocSel).Address, [locality]);
            _locality = locality;
        }
    }

    private void ReadSane(TpmRegister register, Span<byte> value)
    {
        (byte address, uint zero) = Find(register);
        _link.ReadSane(address, value, zero);
    }

    private static (byte Address, uint Zero) Find(TpmRegister register)
    {
        foreach ((TpmRegister Register, byte Address, uint Zero) row in s_registers)
        {
            if (row.Register == register)
            {
                return (row.Address, row.Zero);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(register), register, "The PTP has no such register on I2C.");
    }

    private static void Answer(Span<byte> value, uint register)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, register);
        bytes[..value.Length].CopyTo(value);
    }
}

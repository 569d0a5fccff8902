namespace TpmHw.Rig;

/// <summary>The registers of a TPM on I2C (PTP, 8.2): one locality at a time, and a checksum over what goes through the FIFO.</summary>
/// <param name="registers">The registers behind them.</param>
/// <param name="address">The address that they say they have.</param>
/// <param name="noise">How many bytes go through the FIFO for each one that has a bit flipped on the wire; 0 for a good wire.</param>
internal sealed class I2cMap(QemuRegisters registers, int address, int noise)
{
    private const int LocSel = 0x00, Access = 0x04, IntEnable = 0x08, Sts = 0x18, StsEnd = 0x1C, Fifo = 0x24, Capability = 0x30,
        DeviceAddress = 0x38, ChecksumEnable = 0x40, Checksum = 0x44, DidVid = 0x48, Rid = 0x4C;

    // TPM 2.0 on I2C, interface version of PTP 1.04, no guard times, no limit to bursts.
    private const uint CapabilityValue = 0x0000_0082;

    private int _register;
    private int _locality;
    private byte _isChecking;
    private ushort _checksum;
    private int _moved;

    private int Locality => _locality * QemuRegisters.LocalitySize;

    /// <summary>A register's number, and what to write there.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _register = bytes[0];
            foreach (byte value in bytes[1..])
            {
                Set(value);
                Step();
            }
        }

        return true;
    }

    public bool Read(Span<byte> bytes)
    {
        foreach (ref byte value in bytes)
        {
            value = Get();
            Step();
        }

        return true;
    }

    private void Step() => _register += _register == Fifo ? 0 : 1;

    private byte Get() => _register switch
    {
        LocSel => (byte)_locality,
        Access => registers[Locality + QemuRegisters.Access],
        >= IntEnable and < StsEnd => registers[Locality + _register],
        Fifo => OnWire(Sum(registers[Locality + QemuRegisters.Fifo])),
        >= Capability and < Capability + 4 => (byte)(CapabilityValue >> (8 * (_register - Capability))),
        DeviceAddress => (byte)address,
        ChecksumEnable => _isChecking,
        Checksum => (byte)(_checksum >> 8),
        Checksum + 1 => (byte)_checksum,
        >= DidVid and < DidVid + 4 => registers[Locality + QemuRegisters.DidVid + _register - DidVid],
        Rid => registers[Locality + QemuRegisters.Rid],
        _ => 0,
    };

    private void Set(byte value)
    {
        const byte CommandReady = 0x40, Go = 0x20, ResponseRetry = 0x02;
        switch (_register)
        {
            case LocSel:
                _locality = value < 5 ? value : _locality;
                break;
            case Access:
                registers[Locality + QemuRegisters.Access] = value;
                break;
            case >= IntEnable and < StsEnd:
                _checksum = _register == Sts && (value & (CommandReady | Go | ResponseRetry)) != 0 ? (ushort)0 : _checksum;
                registers[Locality + _register] = value;
                break;
            case Fifo:
                registers[Locality + QemuRegisters.Fifo] = Sum(OnWire(value));
                break;
            case ChecksumEnable:
                _isChecking = (byte)(value & 1);
                break;
        }
    }

    private byte OnWire(byte value)
    {
        if (noise == 0 || ++_moved % noise != 0)
        {
            return value;
        }

        Console.WriteLine("farend: a bit flips");
        return (byte)(value ^ 1);
    }

    // CRC-16 with the CCITT's polynomial, bits reflected, from 0 on.
    private byte Sum(byte value)
    {
        _checksum ^= value;
        for (int bit = 0; bit < 8; bit++)
        {
            _checksum = (ushort)((_checksum >> 1) ^ ((_checksum & 1) != 0 ? 0x8408 : 0));
        }

        return value;
    }
}

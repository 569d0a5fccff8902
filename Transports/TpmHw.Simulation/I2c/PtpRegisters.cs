using System.Buffers.Binary;

namespace TpmHw.Simulation;

/// <summary>The registers that PTP adds for I2C: locality, capability, address and checksum.</summary>
internal sealed class PtpRegisters : I2cRegisters
{
    public const byte LocSel = 0x00;
    public const byte Capability = 0x30;
    public const byte DeviceAddress = 0x38;
    public const byte ChecksumEnable = 0x40;
    public const byte Checksum = 0x44;

    private const uint BurstIsStatic = 1u << 29;

    private readonly byte[] _value = new byte[sizeof(uint)];
    private int _locality;
    private bool _hasChecksum;
    private byte _written;

    public PtpRegisters(FifoModel fifo, I2cTraits traits)
        : base(fifo, traits) => fifo.WasReset = () =>
        {
            _locality = 0;
            _hasChecksum = false;
        };

    protected override int Locality => _locality;

    protected override byte GiveOwn(I2cRow row, int index)
    {
        if (index == 0)
        {
            Load(row.Address);
        }

        return _value[index];
    }

    protected override void TakeOwn(I2cRow row, int index, byte value) => _written = value;

    protected override void EndOwn(I2cRow row)
    {
        if (row.Address == ChecksumEnable)
        {
            _hasChecksum = (_written & 1) != 0;
            if (_written > 1)
            {
                Break(TpmRule.ReservedBits, row.Address, Invariant($"0x{_written:X2} written"));
            }
        }
        else if (_written < Fifo.Profile.Localities)
        {
            _locality = _written;
        }
        else
        {
            Break(TpmRule.NoSuchLocality, row.Address, Invariant($"locality {_written}"));
        }
    }

    private void Load(byte address)
    {
        switch (address)
        {
            case LocSel:
                _value[0] = (byte)_locality;
                break;
            case Capability:
                BinaryPrimitives.WriteUInt32LittleEndian(_value, Traits.CapabilityBits | (Fifo.Profile.BurstIsStatic ? BurstIsStatic : 0));
                break;
            case DeviceAddress:
                BinaryPrimitives.WriteUInt16LittleEndian(_value, Traits.Address);
                break;
            case ChecksumEnable:
                _value[0] = (byte)(_hasChecksum ? 1 : 0);
                break;
            case Checksum:
                // The one register whose high byte comes first (Linux and tpm2-tss swap it).
                BinaryPrimitives.WriteUInt16BigEndian(_value, _hasChecksum ? Kermit(Fifo.Transferred) : (ushort)0);
                break;
        }
    }

    /// <summary>CRC-16/KERMIT: polynomial 0x1021, bits reflected, from 0.</summary>
    private static ushort Kermit(ReadOnlySpan<byte> bytes)
    {
        const int ReflectedPolynomial = 0x8408;
        int crc = 0;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? crc >> 1 ^ ReflectedPolynomial : crc >> 1;
            }
        }

        return (ushort)crc;
    }
}

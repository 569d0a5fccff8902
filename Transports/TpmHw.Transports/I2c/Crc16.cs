namespace TpmHw.Transports.I2c;

/// <summary>The checksum of TPM_DATA_CSUM: CRC-16/KERMIT (polynomial 0x1021, bits reflected, from 0).</summary>
internal static class Crc16
{
    private const uint Polynomial = 0x8408; // 0x1021, reflected

    public static ushort Kermit(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }
        }

        return (ushort)crc;
    }
}

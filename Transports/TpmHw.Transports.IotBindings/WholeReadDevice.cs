using System.Device.Spi;
using System.Security.Cryptography;

namespace TpmHw.Transports.IotBindings;

/// <summary>
/// A SPI device whose library does not tell when fewer bytes came than were asked for. What did not come is left as it
/// was: so a pattern that nobody can know is put there first, and must be gone afterwards.
/// </summary>
internal sealed class WholeReadDevice(SpiDevice device) : SpiDevice
{
    // A chance of one in four thousand million to take a whole transfer for a short one.
    private const int PatternSize = 4;

    private readonly byte[] _pattern = RandomNumberGenerator.GetBytes(PatternSize);

    public override SpiConnectionSettings ConnectionSettings => device.ConnectionSettings;

    public override void Read(Span<byte> buffer)
    {
        Mark(buffer);
        device.Read(buffer);
        Check(buffer);
    }

    public override void Write(ReadOnlySpan<byte> buffer) => device.Write(buffer);

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Overlaps(readBuffer))
        {
            device.TransferFullDuplex(writeBuffer, readBuffer); // the pattern would be sent
            return;
        }

        Mark(readBuffer);
        device.TransferFullDuplex(writeBuffer, readBuffer);
        Check(readBuffer);
    }

    protected override void Dispose(bool disposing)
    {
        device.Dispose();
        base.Dispose(disposing);
    }

    private void Mark(Span<byte> buffer)
    {
        if (buffer.Length >= PatternSize)
        {
            _pattern.CopyTo(buffer[^PatternSize..]);
        }
    }

    private void Check(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length >= PatternSize && buffer.EndsWith(_pattern))
        {
            throw new IOException($"The bridge gave fewer than the {buffer.Length} bytes that were asked for.");
        }
    }
}

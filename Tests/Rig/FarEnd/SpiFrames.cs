namespace TpmHw.Rig;

/// <summary>TPM frames on SPI (PTP, 6.4.6): four bytes of header, wait bytes, up to 64 bytes of data.</summary>
/// <param name="registers">The registers behind them.</param>
/// <param name="waits">Wait bytes before the data of each frame.</param>
internal sealed class SpiFrames(QemuRegisters registers, int waits)
{
    private const byte Nothing = 0xFF, Wait = 0x00, Ready = 0x01;

    private int _position;
    private bool _isRead;
    private bool _isTpm;
    private int _size;
    private int _offset;

    /// <summary>Chip select falls.</summary>
    public void Begin() => _position = 0;

    public void Exchange(ReadOnlySpan<byte> mosi, Span<byte> miso)
    {
        for (int i = 0; i < mosi.Length; i++)
        {
            miso[i] = Clock(mosi[i], _position++);
        }
    }

    private byte Clock(byte sent, int position)
    {
        switch (position)
        {
            case 0:
                _isRead = (sent & 0x80) != 0;
                _size = (sent & 0x3F) + 1;
                return Wait;
            case 1:
                _isTpm = sent == 0xD4;
                return Wait;
            case 2:
                _offset = sent << 8;
                return Wait;
            case 3:
                _offset |= sent;
                _isTpm &= _offset < 5 * QemuRegisters.LocalitySize;
                return !_isTpm ? Nothing : waits == 0 ? Ready : Wait;
        }

        int data = position - 4 - waits;
        return !_isTpm || data >= _size ? Nothing
            : data < 0 ? data == -1 ? Ready : Wait
            : Data(_offset + (IsFifo ? 0 : data), sent);
    }

    private bool IsFifo => (_offset & 0xFFC) is 0x024 or (>= 0x080 and < 0x0C0);

    private byte Data(int offset, byte sent)
    {
        if (_isRead)
        {
            return registers[offset];
        }

        registers[offset] = sent;
        return Wait;
    }
}

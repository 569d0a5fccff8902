namespace TpmHw.Rig;

/// <summary>The TPM that QEMU has in memory, on SPI, on I2C and with lines: its registers answer, not a model of ours.</summary>
internal sealed class QemuEnd : IBusEnd
{
    private const int Address = 0x2E; // PTP's for I2C

    private readonly QemuRegisters _registers = new();
    private readonly SpiFrames[] _devices;
    private readonly I2cMap _i2c;
    private bool _isInReset;
    private bool _isLineSelected;

    /// <param name="waits">Wait bytes in each frame on SPI.</param>
    /// <param name="noise">Bytes for each bit that flips on I2C; 0 for none.</param>
    public QemuEnd(int waits, int noise)
    {
        _devices = [new SpiFrames(_registers, waits), new SpiFrames(_registers, waits)];
        _i2c = new I2cMap(_registers, Address, noise);
    }

    public bool IsInterrupting => !_isInReset && _registers.IsInterrupting;

    public void Spi(int device, bool selects, bool releases, ReadOnlySpan<byte> mosi, Span<byte> miso)
    {
        SpiFrames frames = _devices[device];
        bool hasOwnLine = device == 1;
        if (_isInReset || (hasOwnLine && !_isLineSelected))
        {
            miso.Fill(0xFF);
            return;
        }

        if (selects && !hasOwnLine)
        {
            frames.Begin();
        }

        frames.Exchange(mosi, miso);
    }

    public bool Write(int address, ReadOnlySpan<byte> bytes) => IsOurs(address) && _i2c.Write(bytes);

    public bool Read(int address, Span<byte> bytes) => IsOurs(address) && _i2c.Read(bytes);

    public bool WriteRead(int address, ReadOnlySpan<byte> written, Span<byte> read) => Write(address, written) && Read(address, read);

    public void Line(RigLine line, bool level)
    {
        switch (line)
        {
            case RigLine.Reset:
                _isInReset = !level;
                _registers.Abandon();
                break;
            case RigLine.ChipSelect:
                _isLineSelected = !level;
                _devices[1].Begin();
                break;
        }

        Console.WriteLine($"farend: {line} is {(level ? "high" : "low")}");
    }

    public void Dispose()
    {
    }

    private bool IsOurs(int address) => address == Address && !_isInReset;
}

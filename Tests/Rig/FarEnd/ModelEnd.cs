using TpmHw.Simulation;

namespace TpmHw.Rig;

/// <summary>A modelled chip on SPI or on I2C, with its lines.</summary>
internal sealed class ModelEnd : IBusEnd
{
    private readonly ModelChip _chip;
    private readonly SpiModelPort? _spi;
    private readonly I2cModelPort? _i2c;
    private readonly InterruptPin? _interrupt;
    private readonly ResetPin? _reset;
    private readonly int _address;

    public ModelEnd(string profile)
    {
        _chip = new ModelChip(profile);
        if (_chip.Fifo is not { } fifo)
        {
            _i2c = new I2cModelPort((AtmelModel)_chip.Model);
            _address = 0x29;
            return;
        }

        _interrupt = new InterruptPin(fifo);
        _reset = new ResetPin(fifo);
        if (fifo.Profile.I2c is { } traits)
        {
            _i2c = new I2cModelPort(fifo);
            _address = traits.Address;
        }
        else
        {
            _spi = new SpiModelPort(fifo);
        }
    }

    public bool IsInterrupting
    {
        get
        {
            _chip.CatchUp();
            return _interrupt is { Level: false };
        }
    }

    public void Spi(int device, bool selects, bool releases, ReadOnlySpan<byte> mosi, Span<byte> miso)
    {
        if (_spi is null || device != 0)
        {
            miso.Fill(0xFF);
            return;
        }

        _chip.CatchUp();
        if (selects)
        {
            _spi.Deselect();
        }

        _spi.Exchange(mosi, miso, hold: !releases);
    }

    public bool Write(int address, ReadOnlySpan<byte> bytes) => Chip(address) is { } chip && chip.Write(bytes);

    public bool Read(int address, Span<byte> bytes) => Chip(address) is { } chip && chip.Read(bytes);

    public bool WriteRead(int address, ReadOnlySpan<byte> written, Span<byte> read) => Chip(address) is { } chip && chip.WriteRead(written, read);

    public void Line(RigLine line, bool level)
    {
        _chip.CatchUp();
        if (line == RigLine.Reset && _reset is not null)
        {
            _reset.Level = level;
        }
    }

    /// <summary>What the model has against its driver.</summary>
    public int Report() => _chip.Report("linux");

    public void Dispose() => _chip.Dispose();

    private I2cModelPort? Chip(int address)
    {
        _chip.CatchUp();
        return address == _address ? _i2c : null;
    }
}

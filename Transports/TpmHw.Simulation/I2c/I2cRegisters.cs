using System.Globalization;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary>The I2C side of a chip with a FIFO interface: a message selects a register, or writes one; the next one reads it.</summary>
/// <param name="fifo">The registers.</param>
/// <param name="traits">How they are reached.</param>
internal class I2cRegisters(FifoModel fifo, I2cTraits traits) : II2cChip
{
    private const byte Nothing = 0xFF;

    private readonly I2cMap _map = I2cMap.Of(traits);
    private byte? _selected;
    private byte? _selecting;
    private I2cRow? _row;
    private bool _isRead;
    private int _length;
    private int _index;
    private int _executions;
    private TimeSpan _fifoBusyUntil;
    private TimeSpan _goBusyUntil;

    public TpmModel Model => fifo;

    public I2cTraits Traits => traits;

    protected FifoModel Fifo => fifo;

    /// <summary>The locality that an address without one means.</summary>
    protected virtual int Locality => 0;

    public static I2cRegisters Of(FifoModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        I2cTraits traits = model.Profile.I2c ?? throw new ArgumentException($"{model.ProfileName} has no I2C.", nameof(model));
        return traits.Dialect == I2cDialect.Ptp ? new PtpRegisters(model, traits) : new I2cRegisters(model, traits);
    }

    public void Settle()
    {
        fifo.Settle();
        if (!_map.HasLocalities && fifo.IsPowered && fifo.ActiveLocality is null)
        {
            fifo.Begin(0, (int)TpmRegister.Access, 1, isWrite: true);
            fifo.NextWrite(LocalityArbiter.RequestUse);
            fifo.End(isWhole: true);
        }
    }

    public bool IsBusy(bool isRead)
    {
        TimeSpan now = fifo.Clock.Now;
        return !fifo.IsPowered || now < _fifoBusyUntil || (now < _goBusyUntil && fifo.State == FifoState.Execution);
    }

    public void Begin(bool isRead, int length)
    {
        _isRead = isRead;
        _length = length;
        _index = 0;
        _row = null;
        _executions = fifo.Counters.TotalExecutions;
        byte? selected = _selected;
        _selected = _selecting = null;
        if (!isRead)
        {
            return;
        }

        if (selected is { } address)
        {
            Open(address, length);
        }
        else
        {
            Break(TpmRule.RegisterNotSelected, 0, "a message that selects a register has to come before each read");
        }
    }

    public void Take(byte value)
    {
        int index = _index++;
        if (index == 0)
        {
            TakeRegister(value);
        }
        else if (_selecting is { } address)
        {
            if (value != _map.ReadFiller)
            {
                Break(TpmRule.MalformedMessage, address, Invariant($"0x{value:X2} after a register to be read"));
                _selecting = null;
            }
        }
        else if (_row is { Offset: null } own)
        {
            TakeOwn(own, index - 1, value);
        }
        else if (_row is not null)
        {
            fifo.NextWrite(value);
        }
    }

    public byte Give() => _row switch
    {
        null => Nothing,
        { Offset: null } own => GiveOwn(own, _index++),
        _ => fifo.NextRead(),
    };

    public void End()
    {
        _selected = _selecting;
        if (_row is { Offset: null } own && !_isRead)
        {
            EndOwn(own);
        }
        else if (_row is { Offset: not null })
        {
            fifo.End(isWhole: true);
            TimeSpan now = fifo.Clock.Now;
            _fifoBusyUntil = IsFifo(_row) && !_isRead ? now + traits.BusyAfterFifo : _fifoBusyUntil;
            _goBusyUntil = fifo.Counters.TotalExecutions != _executions ? now + traits.BusyAfterGo : _goBusyUntil;
        }
    }

    /// <summary>A byte for a register that only the I2C side has.</summary>
    protected virtual void TakeOwn(I2cRow row, int index, byte value)
    {
    }

    /// <summary>A byte of a register that only the I2C side has.</summary>
    protected virtual byte GiveOwn(I2cRow row, int index) => Nothing;

    /// <summary>The end of a write to a register that only the I2C side has.</summary>
    protected virtual void EndOwn(I2cRow row)
    {
    }

    protected void Break(TpmRule rule, byte address, string detail) => fifo.Rules.Record(
        rule, Locality, _map.Find(address, isRead: true)?.Offset ?? address, Invariant($"I2C register 0x{address:X2}: {detail}"));

    protected static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static bool IsFifo(I2cRow row) => row.Offset == (int)TpmRegister.DataFifo;

    private void TakeRegister(byte first)
    {
        byte address = (byte)(first & ~_map.WriteBit);
        bool isWrite = _map.WriteBit == 0 ? _length > 1 : address != first;
        if (isWrite && _length > 1)
        {
            Open(address, _length - 1);
        }
        else if (isWrite || _length != (_map.ReadFiller is null ? 1 : 2))
        {
            Break(TpmRule.MalformedMessage, address, Invariant($"{_length} bytes"));
        }
        else
        {
            _selecting = address;
        }
    }

    private void Open(byte first, int size)
    {
        byte address = (byte)(_map.HasLocalityInAddress ? first & 0x0F : first);
        int locality = _map.HasLocalityInAddress ? first >> 4 : Locality;
        I2cRow? row = _map.Find(address, _isRead);
        if (row is null)
        {
            Break(TpmRule.UnknownRegister, address, "nothing is there");
        }
        else if ((row.Use & (_isRead ? FileAccess.Read : FileAccess.Write)) == 0)
        {
            Break(_isRead ? TpmRule.UnknownRegister : TpmRule.WriteToReadOnly, address, _isRead ? "it can only be written" : "it can only be read");
        }
        else if (locality >= fifo.Profile.Localities)
        {
            Break(TpmRule.NoSuchLocality, address, Invariant($"locality {locality}"));
        }
        else if (row.Size != 0 && (size > row.Size || (row.IsWhole && size != row.Size)))
        {
            Break(TpmRule.RegisterBorder, address, Invariant($"{size} bytes at a register of {row.Size}"));
        }
        else
        {
            _row = row;
            OpenFifo(row, locality, size);
        }
    }

    private void OpenFifo(I2cRow row, int locality, int size)
    {
        if (row.Offset is { } offset)
        {
            fifo.Begin(locality, offset, size, !_isRead);
            if (_map.CountsAddress && !_isRead && IsFifo(row))
            {
                fifo.SpendBurst();
            }
        }
    }
}

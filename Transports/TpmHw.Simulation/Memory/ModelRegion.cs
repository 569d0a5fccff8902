using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation;

/// <summary>A piece of memory with a model's registers in it. Each access takes time and is counted.</summary>
public abstract class ModelRegion : IMmioRegion
{
    private readonly TpmModel _model;
    private readonly FaultBoard _faults;
    private readonly BitFlipper _flipper;
    private bool _isDisposed;

    private protected ModelRegion(TpmModel model, FaultBoard faults, ulong address, int length)
    {
        _model = model;
        _faults = faults;
        _flipper = new BitFlipper(faults);
        Address = address;
        Length = length;
    }

    /// <inheritdoc/>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"model {_model.ProfileName} at 0x{Address:X}");

    /// <inheritdoc/>
    public ulong Address { get; }

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public TpmClock Clock => _model.Clock;

    /// <inheritdoc/>
    public byte Read8(int offset) => (byte)Read(offset, sizeof(byte));

    /// <inheritdoc/>
    public uint Read32(int offset) => Read(offset, sizeof(uint));

    /// <inheritdoc/>
    public void Write8(int offset, byte value) => Write(offset, value, sizeof(byte));

    /// <inheritdoc/>
    public void Write32(int offset, uint value) => Write(offset, value, sizeof(uint));

    /// <summary>Ends the region; the model goes on.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (!_isDisposed)
        {
            _isDisposed = true;
            Unmap();
        }
    }

    private protected abstract TimeSpan TimeOf(int size);

    private protected abstract uint ReadAt(ulong address, int size);

    private protected abstract void WriteAt(ulong address, uint value, int size);

    private protected abstract void BreakAt(ulong address, TpmRule rule, string detail);

    private protected virtual void Unmap()
    {
    }

    private uint Read(int offset, int size)
    {
        ulong address = Begin(offset, size);
        uint sent = IsAligned(address, size) ? ReadAt(address, size) : uint.MaxValue;
        _faults.CountAccess();
        uint received = 0;
        for (int i = 0; i < size; i++)
        {
            received |= (uint)_flipper.Carry((byte)(sent >> 8 * i)) << 8 * i;
        }

        return received;
    }

    private void Write(int offset, uint value, int size)
    {
        ulong address = Begin(offset, size);
        if (IsAligned(address, size))
        {
            WriteAt(address, value, size);
        }

        _faults.CountAccess();
    }

    private ulong Begin(int offset, int size)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - size); // not mapped: on a machine the program ends
        _model.Counters.Frames++;
        _model.Counters.Exchanges++;
        _model.Counters.Bytes += size;
        _model.Clock.Advance(TimeOf(size));
        return Address + (ulong)offset;
    }

    private bool IsAligned(ulong address, int size)
    {
        bool isAligned = address % (ulong)size == 0;
        if (!isAligned)
        {
            BreakAt(address, TpmRule.Misaligned, $"an access of {size} bytes");
        }

        return isAligned;
    }
}

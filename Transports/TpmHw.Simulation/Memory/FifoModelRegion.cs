namespace TpmHw.Simulation;

/// <summary>A FIFO model's registers in memory: a page for each locality, as LPC, and SPI behind a chipset, look to the processor (TIS 1.3, 5.2).</summary>
public sealed class FifoModelRegion : ModelRegion
{
    /// <summary>Where locality 0 is on PCs.</summary>
    public const ulong UsualAddress = 0xFED4_0000;

    /// <summary>The size of all localities together.</summary>
    public const int WholeLength = 5 * PageSize;

    private const int PageSize = 0x1000;

    private readonly FifoModel _model;
    private readonly MmioModelSettings _settings;

    /// <summary>Puts a TPM into memory.</summary>
    /// <param name="model">The TPM, which is not disposed with the region.</param>
    /// <param name="settings">The bus; null for LPC.</param>
    /// <param name="address">The address of the first byte.</param>
    /// <param name="length">How much of it is accessible.</param>
    public FifoModelRegion(FifoModel model, MmioModelSettings? settings = null, ulong address = UsualAddress, int length = WholeLength)
        : base(model ?? throw new ArgumentNullException(nameof(model)), model.Faults, address, length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(address, UsualAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address + (ulong)length, UsualAddress + WholeLength, nameof(length));
        _model = model;
        _settings = settings ?? new MmioModelSettings();
    }

    private protected override TimeSpan TimeOf(int size) => _settings.ByteTime * size;

    private protected override uint ReadAt(ulong address, int size)
    {
        (int locality, int offset) = Place(address);
        uint value = 0;
        _model.Begin(locality, offset, size, isWrite: false);
        for (int i = 0; i < size; i++)
        {
            value |= (uint)_model.NextRead() << 8 * i;
        }

        _model.End(isWhole: true);
        return value;
    }

    private protected override void WriteAt(ulong address, uint value, int size)
    {
        (int locality, int offset) = Place(address);
        _model.Begin(locality, offset, size, isWrite: true);
        for (int i = 0; i < size; i++)
        {
            _model.NextWrite((byte)(value >> 8 * i));
        }

        _model.End(isWhole: true);
    }

    private protected override void BreakAt(ulong address, TpmRule rule, string detail)
    {
        (int locality, int offset) = Place(address);
        _model.Rules.Record(rule, locality, offset, detail);
    }

    private static (int Locality, int Offset) Place(ulong address)
    {
        int offset = (int)(address - UsualAddress);
        return (offset / PageSize, offset % PageSize);
    }
}

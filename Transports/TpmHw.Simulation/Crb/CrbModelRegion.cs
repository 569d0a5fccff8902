using TpmHw.Transport;
using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation;

/// <summary>A piece of a model's memory.</summary>
internal sealed class CrbModelRegion(CrbModel model, ulong address, int length) : IMmioRegion
{
    private bool _disposed;

    public string Name => $"model {model.Profile.Name}";

    public ulong Address => address;

    public int Length => length;

    public TpmClock Clock => model.Clock;

    public byte Read8(int offset) => (byte)model.Read(At(offset, sizeof(byte)), sizeof(byte));

    public uint Read32(int offset) => model.Read(At(offset, sizeof(uint)), sizeof(uint));

    public void Write8(int offset, byte value) => model.Write(At(offset, sizeof(byte)), value, sizeof(byte));

    public void Write32(int offset, uint value) => model.Write(At(offset, sizeof(uint)), value, sizeof(uint));

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            model.Unmapped();
        }
    }

    private ulong At(int offset, int size)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return offset >= 0 && offset <= length - size && offset % size == 0
            ? address + (ulong)offset
            : throw new ArgumentOutOfRangeException(nameof(offset), offset, "Not in the region, or not aligned.");
    }
}

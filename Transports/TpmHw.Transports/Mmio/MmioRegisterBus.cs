using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Mmio;

/// <summary>The FIFO registers of a TPM in memory, which is how LPC, and SPI behind a chipset, look to the processor (TIS 1.3, 5.2; PTP, "memory mapped").</summary>
/// <remarks>
/// Accesses are words where they are aligned, single bytes elsewhere. The FIFO is read and written by the byte, all at
/// its first address, which every chip takes; wider accesses need the XDATA registers of later ones.
/// </remarks>
public sealed class MmioRegisterBus(IMmioRegion region) : ITpmRegisterBus
{
    /// <summary>Where locality 0 is on PCs.</summary>
    public const ulong UsualAddress = 0xFED4_0000;

    /// <summary>The size of a locality's registers.</summary>
    public const int LocalitySize = 0x1000;

    /// <summary>How many localities there are.</summary>
    public const int Localities = 5;

    /// <inheritdoc/>
    public string Name => region.Name;

    /// <inheritdoc/>
    public int MaxFifoTransfer => TpmTransportInfo.UsualSize; // no frames: burstCount alone limits it

    /// <inheritdoc/>
    public TpmClock Clock => region.Clock;

    /// <inheritdoc/>
    public bool HasInterruptLine => false; // the kernel's alone

    /// <inheritdoc/>
    public void Read(TpmRegister register, byte locality, Span<byte> value)
    {
        int offset = OffsetOf(register, locality);
        if (IsFifo(register))
        {
            for (int i = 0; i < value.Length; i++)
            {
                value[i] = region.Read8(offset);
            }
        }
        else if (value.Length is 2 or 3 && offset % sizeof(uint) == 0)
        {
            // One access, so that what is read together is of one moment: status and burstCount.
            Span<byte> word = stackalloc byte[sizeof(uint)];
            region.Read(offset, word);
            word[..value.Length].CopyTo(value);
        }
        else
        {
            region.Read(offset, value);
        }
    }

    /// <inheritdoc/>
    public void Write(TpmRegister register, byte locality, ReadOnlySpan<byte> value)
    {
        int offset = OffsetOf(register, locality);
        if (IsFifo(register))
        {
            foreach (byte one in value)
            {
                region.Write8(offset, one);
            }
        }
        else
        {
            region.Write(offset, value);
        }
    }

    /// <inheritdoc/>
    public bool WaitForInterrupt(TimeSpan time, CancellationToken cancellationToken)
    {
        Clock.Wait(time, cancellationToken);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => region.Dispose();

    private static bool IsFifo(TpmRegister register) => register is TpmRegister.DataFifo or TpmRegister.XDataFifo;

    private int OffsetOf(TpmRegister register, byte locality)
    {
        int offset = locality * LocalitySize + (int)register;
        return offset < region.Length
            ? offset
            : throw new TpmTransportException(TpmFault.NotSupported, $"Locality {locality} is outside of what is mapped of {Name}.");
    }
}

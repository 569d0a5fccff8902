using System.Runtime.InteropServices;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Tests.Spi;

/// <summary>The kernel's side of a spidev node: its settings, and what cs_change does to chip select. A chip is behind it.</summary>
internal sealed unsafe class KernelSpidev(StrictChip chip) : IControlFile
{
    public List<uint> Requests { get; } = [];

    /// <summary>What the device tree left in the mode.</summary>
    public uint Mode { get; set; }

    public byte Bits { get; set; }

    public uint Speed { get; set; } = 500_000;

    /// <summary>What the controller makes of the clock rate.</summary>
    public Func<uint, uint> Limit { get; set; } = static hertz => hertz;

    /// <summary>Mode bits that the controller drops without a word.</summary>
    public uint DroppedMode { get; set; }

    /// <summary>Fails a request.</summary>
    public Func<uint, Errno> Error { get; set; } = static _ => default;

    /// <summary>Bytes that a message moves short of what it should.</summary>
    public int Short { get; set; }

    public bool IsDisposed { get; private set; }

    public int Control(uint request, Span<byte> argument)
    {
        Requests.Add(request);
        if (Error(request) is var error && error != default)
        {
            if (request == SpidevAbi.Message1)
            {
                chip.Deselect(); // as the kernel's SPI core does after a message that failed
            }

            return -(int)error;
        }

        // Requests carry the size of what goes with them (asm-generic/ioctl.h).
        Assert.Equal((request >> 16) & 0x3FFF, (uint)argument.Length);
        switch (request)
        {
            case SpidevAbi.WriteMode:
                Mode = MemoryMarshal.Read<uint>(argument) & ~DroppedMode;
                return 0;
            case SpidevAbi.ReadMode:
                MemoryMarshal.Write(argument, Mode);
                return 0;
            case SpidevAbi.WriteBits:
                Bits = argument[0];
                return 0;
            case SpidevAbi.ReadBits:
                argument[0] = Bits;
                return 0;
            case SpidevAbi.WriteSpeed:
                Speed = Limit(MemoryMarshal.Read<uint>(argument));
                return 0;
            case SpidevAbi.ReadSpeed:
                MemoryMarshal.Write(argument, Speed);
                return 0;
            case SpidevAbi.Message1:
                return Message(MemoryMarshal.Read<SpiTransfer>(argument));
            default:
                return -(int)Errno.ENOTTY;
        }
    }

    public void Dispose() => IsDisposed = true;

    public int Control(uint request, nuint value) => throw new NotSupportedException();

    public IControlFile Adopt(int file) => throw new NotSupportedException();

    public int Read(Span<byte> data) => throw new NotSupportedException();

    public DeviceEvents Wait(int milliseconds) => throw new NotSupportedException();

    public void Wake() => throw new NotSupportedException();

    public void ClearWake() => throw new NotSupportedException();

    private int Message(SpiTransfer transfer)
    {
        Assert.Equal((8, Speed), (transfer.BitsPerWord, transfer.Speed));
        Assert.Equal(0, transfer.DelayMicroseconds + transfer.OutputWires + transfer.InputWires + transfer.WordDelayMicroseconds + transfer.Padding);
        if (transfer.Length == 0)
        {
            chip.Deselect();
            return 0;
        }

        chip.Exchange(
            new ReadOnlySpan<byte>((void*)transfer.Output, (int)transfer.Length),
            new Span<byte>((void*)transfer.Input, (int)transfer.Length),
            hold: transfer.ChangeChipSelect == 1 || (Mode & 0x40) != 0);
        return (int)transfer.Length - Short;
    }
}

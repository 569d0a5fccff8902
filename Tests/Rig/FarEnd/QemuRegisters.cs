using Microsoft.Win32.SafeHandles;

namespace TpmHw.Rig;

/// <summary>QEMU's tpm-tis in physical memory, byte by byte (TIS 1.3, table 17). No driver of the kernel may have it.</summary>
internal sealed unsafe class QemuRegisters
{
    public const int LocalitySize = 0x1000;
    public const int Access = 0x00, IntEnable = 0x08, IntStatus = 0x10, Sts = 0x18, Fifo = 0x24, DidVid = 0xF00, Rid = 0xF04;

    private const int Localities = 5;
    private const long FirstAddress = 0xFED4_0000;

    private readonly byte* _first;

    public QemuRegisters()
    {
        using SafeFileHandle memory = Native.Open("/dev/mem");
        _first = Native.Map(memory, FirstAddress, Localities * LocalitySize);
    }

    public byte this[int offset]
    {
        get => Volatile.Read(ref _first[Checked(offset)]);
        set => Volatile.Write(ref _first[Checked(offset)], value);
    }

    /// <summary>Whether an interrupt of locality 0 is enabled and pending.</summary>
    public bool IsInterrupting => (this[IntEnable + 3] & 0x80) != 0 && (this[IntEnable] & this[IntStatus]) != 0;

    /// <summary>As near to a reset as its registers allow: no locality, and no command.</summary>
    public void Abandon()
    {
        const byte Active = 0x20, CommandReady = 0x40;
        for (int locality = 0; locality < Localities; locality++)
        {
            int first = locality * LocalitySize;
            if ((this[first + Access] & Active) != 0)
            {
                this[first + Sts] = CommandReady;
                this[first + IntEnable + 3] = 0;
                this[first + Access] = Active;
            }
        }
    }

    private static int Checked(int offset) =>
        offset is >= 0 and < Localities * LocalitySize ? offset : throw new ArgumentOutOfRangeException(nameof(offset), offset, null);
}

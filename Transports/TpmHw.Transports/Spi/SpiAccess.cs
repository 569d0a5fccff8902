using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Spi;

/// <summary>One register access: what its frame's header says (PTP, SPI bit protocol), and what may be done when it goes wrong.</summary>
internal readonly record struct SpiAccess(TpmRegister Register, byte Locality, bool IsRead, int Length)
{
    public const int HeaderSize = 4;

    /// <summary>The longest data of a frame: its size is told in six bits.</summary>
    public const int MaxLength = 64;

    /// <summary>One more than the highest <see cref="Slot"/>.</summary>
    public const int Slots = 256;

    private const uint BaseAddress = 0xD4_0000;
    private const byte ReadFlag = 0x80;

    /// <summary>A small number of its own for every register and direction.</summary>
    public int Slot => (((int)Register >> 2) & 0x3F) | (Register >= TpmRegister.DidVid ? 0x40 : 0) | (IsRead ? 0x80 : 0);

    /// <summary>
    /// Whether a byte too many, or the same access once more, would change something: these pop or push the FIFO, or
    /// start and end a hash.
    /// </summary>
    public bool IsStream => Register is TpmRegister.DataFifo or TpmRegister.XDataFifo or TpmRegister.HashStart or TpmRegister.HashEnd;

    /// <summary>
    /// Whether a frame that went wrong can be sent again. Reading a register changes nothing. A write of one byte
    /// either arrived or did not; a wait byte that was taken in its place is zero, and writing zeros to ACCESS, STS or
    /// INT_STATUS does nothing: their bits act when 1 is written. A longer one could have arrived shifted.
    /// </summary>
    public bool IsRepeatable => !IsStream && (IsRead || Length == 1);

    /// <summary>Writes the header: direction and size, then the address, its highest byte first.</summary>
    public void WriteHeader(Span<byte> header)
    {
        uint address = BaseAddress | ((uint)Locality << 12) | (uint)Register;
        BinaryPrimitives.WriteUInt32BigEndian(header, ((uint)((IsRead ? ReadFlag : 0) | (Length - 1)) << 24) | address);
    }

    /// <summary>Reads a header.</summary>
    /// <returns>False where it is not whole, or addresses no register of a TPM.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> frame, out SpiAccess access)
    {
        access = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(frame, out uint header) || (header & 0xFF_0000) != BaseAddress)
        {
            return false;
        }

        access = new SpiAccess((TpmRegister)(header & 0xFFF), (byte)((header >> 12) & 0xF), (header >> 24 & ReadFlag) != 0, (int)(header >> 24 & 0x3F) + 1);
        return true;
    }

    /// <summary>It, for errors: <c>read of 4 bytes of Sts at locality 0 (83D40018)</c>.</summary>
    public override string ToString()
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        WriteHeader(header);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(IsRead ? "read" : "write")} of {Length} {(Length == 1 ? "byte" : "bytes")} of {Register} at locality {Locality} ({Convert.ToHexString(header)})");
    }
}

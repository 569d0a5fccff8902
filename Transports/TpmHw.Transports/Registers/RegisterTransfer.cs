using System.Buffers.Binary;
using TpmHw.Transport;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Registers;

/// <summary>What a transfer on the wire did to a TPM's registers.</summary>
public readonly ref struct RegisterTransfer
{
    /// <summary>The register that it begins at; not always one that has a name. I2C has some of its own (<see cref="TpmI2cRegister"/>).</summary>
    public required TpmRegister Register { get; init; }

    /// <summary>The locality; null where the transfer does not say, as on I2C, where it is selected before.</summary>
    public required int? Locality { get; init; }

    /// <summary>Whether it is a write.</summary>
    public required bool IsWrite { get; init; }

    /// <summary>Wait bytes before the data, which SPI alone has.</summary>
    public required int Waits { get; init; }

    /// <summary>Whether the TPM said that it was ready, or acknowledged, and all of the data followed.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The data, in whichever direction it went; none where the transfer ended before.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>The register's value as far as the data goes, as every other bus has it; of the FIFO nothing that means anything.</summary>
    public required uint Value { get; init; }

    /// <summary>Reads a transfer.</summary>
    /// <returns>False where it addresses no register of a TPM, or ended before it did.</returns>
    public static bool TryRead(WireTransfer transfer, out RegisterTransfer result)
    {
        if (I2cMessageLayout.TryRead(transfer, out result))
        {
            return true;
        }

        if (transfer.Bus != "spi" || !SpiAccess.TryReadHeader(transfer.Sent, out SpiAccess access))
        {
            return false;
        }

        ReadOnlySpan<byte> flow = transfer.Received.Length < SpiAccess.HeaderSize ? default : transfer.Received[(SpiAccess.HeaderSize - 1)..];
        int room = transfer.Sent.Length - SpiAccess.HeaderSize - access.Length;
        bool hasRoom = room >= 0 && flow.Length > room + access.Length;
        int ready = FirstReady(hasRoom ? flow[..(room + 1)] : flow);

        // Data ends the frame, but for a read that had room for more wait bytes than came. A chip that sets the bit
        // always, in the header too, sets it in the last wait byte as well.
        int waits = !hasRoom ? Math.Max(0, flow.Length - 1)
            : access.IsRead && ready >= 0 && (flow[room] & 1) == 0 ? ready
            : room;
        ReadOnlySpan<byte> data = hasRoom ? (access.IsRead ? transfer.Received : transfer.Sent).Slice(SpiAccess.HeaderSize + waits, access.Length) : default;
        result = new RegisterTransfer
        {
            Register = access.Register,
            Locality = access.Locality,
            IsWrite = !access.IsRead,
            Waits = waits,
            IsWhole = hasRoom && ready >= 0,
            Data = data,
            Value = LittleEndian(data),
        };
        return true;
    }

    /// <summary>The first four bytes, or as many as there are.</summary>
    internal static uint LittleEndian(ReadOnlySpan<byte> data)
    {
        Span<byte> whole = stackalloc byte[sizeof(uint)];
        whole.Clear();
        data[..Math.Min(data.Length, whole.Length)].CopyTo(whole);
        return BinaryPrimitives.ReadUInt32LittleEndian(whole);
    }

    private static int FirstReady(ReadOnlySpan<byte> flow)
    {
        for (int i = 0; i < flow.Length; i++)
        {
            if ((flow[i] & 1) != 0)
            {
                return i;
            }
        }

        return -1;
    }
}

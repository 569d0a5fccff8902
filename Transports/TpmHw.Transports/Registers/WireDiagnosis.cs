namespace TpmHw.Transports.Registers;

/// <summary>A bus whose wire can be looked at past everything that makes sense of it.</summary>
internal interface IRawBus
{
    /// <summary>Reads a register of locality 0 and gives the bytes as they came, without looking for wait states in them.</summary>
    void ReadRaw(TpmRegister register, Span<byte> wire);
}

/// <summary>What raw bytes say of a wire that gives no sensible identity: for errors, once something has gone wrong.</summary>
internal static class WireDiagnosis
{
    private const int Looked = 12; // header's last byte, identity, and room for wait bytes
    private const int VendorBits = 16;

    // Some chips hear nothing for 2 ms after a transfer, or until one has woken them.
    private static readonly TimeSpan s_beforeLooking = TimeSpan.FromMilliseconds(5);

    /// <summary>The fault that explains what the wire carries; null where none does, or the bus can't be looked at.</summary>
    public static TpmFault? Of(ITpmRegisterBus bus)
    {
        if (bus is not IRawBus raw)
        {
            return null;
        }

        bus.Clock.Wait(s_beforeLooking);
        Span<byte> wire = stackalloc byte[Looked];
        raw.ReadRaw(TpmRegister.DidVid, wire);
        return IsShifted(wire) ? TpmFault.BitShifted : null;
    }

    /// <summary>Whether a known vendor stands between the bytes, and none where one belongs.</summary>
    private static bool IsShifted(ReadOnlySpan<byte> wire)
    {
        bool between = false;
        for (int bit = 0; bit <= (8 * wire.Length) - VendorBits; bit++)
        {
            if (ChipTable.KnowsVendor((uint)(ByteAt(wire, bit) | (ByteAt(wire, bit + 8) << 8))))
            {
                if (bit % 8 == 0)
                {
                    return false;
                }

                between = true;
            }
        }

        return between;
    }

    private static int ByteAt(ReadOnlySpan<byte> wire, int bit)
    {
        int low = bit / 8 + 1 < wire.Length ? wire[bit / 8 + 1] : 0;
        return (byte)(((wire[bit / 8] << 8) | low) >> (8 - (bit % 8)));
    }
}

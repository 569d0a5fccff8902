using System.Globalization;
using TpmHw.Transports.Mmio;
using TpmHw.Wire;

namespace TpmHw.Transports.Registers.Crb;

/// <summary>A command or response buffer: in the locality's own page, or somewhere else in memory.</summary>
internal sealed class CrbBuffer : IDisposable
{
    // No TPM has a command as long; what gives more is a register that was not ready to be read.
    private const uint LargestSize = 0x10000;

    private readonly IMmioRegion _region;
    private readonly int _offset;
    private readonly bool _ownsRegion;

    private CrbBuffer(IMmioRegion region, int offset, int size, bool ownsRegion)
    {
        _region = region;
        _offset = offset;
        Size = size;
        _ownsRegion = ownsRegion;
    }

    /// <summary>Its size in bytes.</summary>
    public int Size { get; }

    /// <summary>Finds a buffer by what its address and size registers say.</summary>
    /// <param name="what">Which one, for errors: command or response.</param>
    /// <param name="address">The physical address.</param>
    /// <param name="size">The size.</param>
    /// <param name="registers">The registers' own region.</param>
    /// <param name="map">For a buffer outside of it.</param>
    public static CrbBuffer Locate(string what, ulong address, uint size, IMmioRegion registers, MmioMapper map)
    {
        ulong inRegion = address - registers.Address; // wraps where it is before
        if (inRegion < (ulong)registers.Length && size >= TpmHeader.Size)
        {
            if ((inRegion % CrbArea.LocalitySize) < (ulong)CrbRegister.DataBuffer && registers.Length >= CrbArea.LocalitySize)
            {
                throw Bad(what, address, size, "it would be on top of the registers");
            }

            // Firmware is known to give sizes beyond its own region; what follows are the next locality's registers.
            ulong room = (registers.Length >= CrbArea.LocalitySize ? CrbArea.LocalitySize - inRegion % CrbArea.LocalitySize : (ulong)registers.Length - inRegion);
            return room < TpmHeader.Size
                ? throw Bad(what, address, size, "no header fits before the end of the registers' page")
                : new CrbBuffer(registers, (int)inRegion, (int)Math.Min(size, room), ownsRegion: false);
        }

        return address == 0 || address % sizeof(uint) != 0 || size is < TpmHeader.Size or > LargestSize || address + size < address
            ? throw Bad(what, address, size, address == 0 ? "it has no address" : "that can't be")
            : new CrbBuffer(map(address, (int)size), 0, (int)size, ownsRegion: true);
    }

    public void Read(int at, Span<byte> value) => _region.Read(_offset + at, value);

    public void Write(ReadOnlySpan<byte> value) => _region.Write(_offset, value);

    public void Dispose()
    {
        if (_ownsRegion)
        {
            _region.Dispose();
        }
    }

    private static TpmTransportException Bad(string what, ulong address, uint size, string why) => new(
        TpmFault.ProtocolViolation,
        $"The TPM's registers give a {what} buffer that can't be used: {why}.",
        string.Create(CultureInfo.InvariantCulture, $"address 0x{address:X}, 0x{size:X} bytes"),
        "The firmware has not set the interface up, or there is no CRB interface at this address. A firmware update may help.");
}

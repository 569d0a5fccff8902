namespace TpmHw.Benchmarks;

/// <summary>What work costs on a bus.</summary>
/// <param name="Frames">Times that chip select goes low and high again.</param>
/// <param name="Bytes">Bytes clocked, headers and waits among them.</param>
/// <param name="StatusReads">Reads of TPM_STS.</param>
/// <param name="Exchanges">Calls of the port.</param>
internal readonly record struct BusFigures(long Frames, long Bytes, long StatusReads, long Exchanges)
{
    /// <summary>With header and data in an exchange each, and each wait byte in one of its own.</summary>
    public static BusFigures Of(int frames, int bytes, int statusReads, int waits) => new(frames, bytes, statusReads, (2 * frames) + waits);

    /// <summary>This, and something else so many times.</summary>
    public BusFigures Plus(BusFigures other, long times) => new(
        Frames + (other.Frames * times),
        Bytes + (other.Bytes * times),
        StatusReads + (other.StatusReads * times),
        Exchanges + (other.Exchanges * times));
}

/// <summary>
/// The least that the FIFO protocol allows for a command on a chip that executes at once, with the locality kept and
/// status and burstCount read together.
/// </summary>
/// <remarks>
/// Strict: burstCount is read again before every burst, Expect is looked at after the command and dataAvail after the
/// response. Static, for a chip whose burstCount never changes: it is read once, and nothing is looked at after the
/// response. In both, the first read of the FIFO is the header, which tells how much follows.
/// </remarks>
internal static class BusFloor
{
    // commandReady and tpmGo: with the reads of status, all frames but those of the FIFO.
    private const int StatusWrites = 2;

    // Frames, bytes and status reads without wait bytes; a row's cells are in the order of BusCommand.All.
    private static readonly Dictionary<(int Burst, bool IsStatic), (int Frames, int Bytes, int StatusReads)[]> s_floors = new()
    {
        [(64, false)] = [(9, 106, 4), (15, 305, 7), (19, 475, 9), (37, 1174, 18), (41, 1304, 20), (41, 1306, 20)],
        [(64, true)] = [(8, 99, 3), (10, 273, 3), (13, 433, 3), (22, 1069, 3), (24, 1185, 3), (24, 1187, 3)],
        [(32, false)] = [(11, 117, 5), (21, 338, 10), (31, 541, 15), (67, 1339, 33), (75, 1491, 37), (75, 1493, 37)],
        [(32, true)] = [(9, 103, 3), (13, 285, 3), (18, 453, 3), (37, 1129, 3), (41, 1253, 3), (41, 1255, 3)],
        [(8, false)] = [(21, 172, 10), (61, 558, 30), (99, 915, 49), (249, 2340, 124), (277, 2602, 138), (277, 2604, 138)],
        [(8, true)] = [(14, 123, 3), (34, 369, 3), (53, 593, 3), (128, 1493, 3), (142, 1657, 3), (142, 1659, 3)],
    };

    /// <summary>The floor of a command, by its place in <see cref="BusCommand.All"/>.</summary>
    public static BusFigures Of(BusSetting setting, int command, bool isStatic)
    {
        (int frames, int bytes, int statusReads) = s_floors[(setting.Burst, isStatic)][command];
        int statusFrames = statusReads + StatusWrites;
        int waits = (statusFrames * setting.Waits.Status) + ((frames - statusFrames) * setting.Waits.FifoRead);
        return BusFigures.Of(frames, bytes + waits, statusReads, waits);
    }
}

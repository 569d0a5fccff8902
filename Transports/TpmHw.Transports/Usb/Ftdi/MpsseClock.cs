namespace TpmHw.Transports.Usb;

/// <summary>A clock rate of the engine: its base, divided by twice a number. Three phases, for data that holds still on both edges, make it two thirds of that.</summary>
internal readonly record struct MpsseClock(bool IsBase60MHz, ushort Divisor, bool HasThreePhases)
{
    private const int Fast = 60_000_000, Slow = 12_000_000;

    /// <summary>The fastest rate there is, in hertz.</summary>
    public const int MostHz = Fast / 2;

    /// <summary>The slowest, in hertz.</summary>
    public const int LeastHz = (Slow / 2 / (ushort.MaxValue + 1)) + 1;

    /// <summary>The rate, in hertz.</summary>
    public int Hz
    {
        get
        {
            int hz = (IsBase60MHz ? Fast : Slow) / 2 / (Divisor + 1);
            return HasThreePhases ? hz * 2 / 3 : hz;
        }
    }

    /// <summary>The fastest rate that is no faster than this.</summary>
    public static MpsseClock NotAbove(int hertz, bool hasThreePhases)
    {
        long wanted = hasThreePhases ? hertz * 3L / 2 : hertz;
        bool isFast = Divide(Fast, wanted) <= ushort.MaxValue;
        return new MpsseClock(isFast, (ushort)Math.Min(Divide(isFast ? Fast : Slow, wanted), ushort.MaxValue), hasThreePhases);
    }

    private static long Divide(long from, long hertz) => Math.Max(0, (((from / 2) + hertz - 1) / hertz) - 1);
}

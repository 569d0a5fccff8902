namespace TpmHw.Transports.Registers;

/// <summary>
/// When to look whether a command is done. It learns how long each command code takes on this chip, so that few looks
/// are needed and the last one comes soon after the end.
/// </summary>
/// <remarks>
/// A command that is not known yet is looked at every 35 µs for its first millisecond, and then after each further
/// sixteenth of the time that has passed. A known one has a window in which it has ended so far. Before that it is
/// looked at rarely, at moments that double, so that a refusal which comes early is not found late; in it at equal
/// distances; and after it at growing ones, up to a 128th of the time. The window closes in on a command whose time is
/// steady, by half each time, and opens towards what is seen outside it.
/// </remarks>
internal sealed class CompletionSchedule
{
    // A poll of the status on a 10 MHz bus takes 8 to 11 µs, so that the end is known less than 50 µs after it.
    private static readonly TimeSpan s_step = TimeSpan.FromMicroseconds(35);
    private static readonly TimeSpan s_prompt = TimeSpan.FromMilliseconds(1);

    // With some fifteen looks before the window, a steady command has less than 40.
    private const int LooksInWindow = 22;

    // Looks in the window and after it from which the command is taken for one whose time varies.
    private const int TightLooks = 32;

    // Command codes come from whoever uses the TPM; there are fewer than this in either family.
    private const int MostCodes = 512;

    private readonly Dictionary<uint, Window> _windows = [];
    private uint _code;
    private Window? _expected;
    private TimeSpan _lastBusy;
    private TimeSpan _nextLook;
    private int _tightLooks;

    /// <summary>A command begins.</summary>
    public void Start(uint code)
    {
        _code = code;
        _expected = _windows.TryGetValue(code, out Window window) ? window : null;
        _lastBusy = _nextLook = TimeSpan.Zero;
        _tightLooks = 0;
    }

    /// <summary>The moment of the next look, counted from the command's start, after one that found it busy.</summary>
    public TimeSpan Next(TimeSpan elapsed)
    {
        _lastBusy = elapsed;
        return _nextLook = elapsed + Pause(elapsed);
    }

    /// <summary>The command has succeeded. Others teach nothing: a refusal comes sooner.</summary>
    public void Learn()
    {
        if (_expected is null && _windows.Count >= MostCodes)
        {
            return;
        }

        _windows[_code] = _expected is { } window
            ? window.Learn(_lastBusy, _nextLook)
            : new Window(_lastBusy - (_lastBusy / 128), _nextLook);
    }

    private TimeSpan Pause(TimeSpan elapsed)
    {
        if (_expected is not { } window)
        {
            return elapsed < s_prompt ? s_step : elapsed / 16;
        }

        if (elapsed < window.Start)
        {
            // One look shortly before the window tells a command that is a bit quicker from one that is another matter.
            TimeSpan before = window.Start - (window.Start / 16);
            TimeSpan doubling = Max(Max(elapsed, s_step), window.Start / 1024);
            return Min(doubling, (elapsed < before ? before : window.Start) - elapsed);
        }

        TimeSpan coarse = elapsed / (++_tightLooks <= TightLooks ? 128 : 32);
        TimeSpan fine = Max(window.Width / LooksInWindow, (elapsed - window.End) / 4);
        return Max(s_step, Min(coarse, fine));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>The times at which a command's end is expected.</summary>
    private readonly record struct Window(TimeSpan Start, TimeSpan End)
    {
        public TimeSpan Width => End - Start;

        // The generation of a key, say. What is found before the window is found late, so that it starts early there.
        private bool IsWide => Width > Start / 8;

        /// <summary>The command ended between the two.</summary>
        public Window Learn(TimeSpan lastBusy, TimeSpan done)
        {
            if (lastBusy < Start)
            {
                return new(lastBusy - (lastBusy / (IsWide ? 4 : 32)), Max(End, done));
            }

            TimeSpan start = lastBusy - (lastBusy / 128);
            return new(
                start > Start ? Start + ((start - Start) / (IsWide ? 8 : 2)) : start,
                done > End ? done : End - ((End - done) / 2));
        }
    }
}

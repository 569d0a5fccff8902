namespace TpmHw.Transports.Registers;

/// <summary>
/// When to look whether a command is done. It learns how long each command code takes on this chip, so that few looks
/// are needed and the last one comes soon after the end.
/// </summary>
/// <remarks>
/// A command that is not known yet is looked at every 35 µs for its first millisecond, and then after each further
/// eighth of the time that has passed. A known one is looked at rarely until shortly before it has ever been done, at
/// moments that double, so that a refusal which comes early is not found late; from then on every 35 µs or 128th of
/// the time, whichever is longer.
/// </remarks>
internal sealed class CompletionSchedule
{
    // A poll of the status on a 10 MHz bus takes 8 to 11 µs, so that the end is known less than 50 µs after it.
    private static readonly TimeSpan s_step = TimeSpan.FromMicroseconds(35);
    private static readonly TimeSpan s_prompt = TimeSpan.FromMilliseconds(1);

    // Polls beyond the expected end after which the command is taken for one whose time varies.
    private const int TightPolls = 32;

    // Command codes come from whoever uses the TPM; there are fewer than this in either family.
    private const int MostCodes = 512;

    private readonly Dictionary<uint, TimeSpan> _earliest = [];
    private uint _code;
    private TimeSpan? _expected;
    private TimeSpan _lastBusy;
    private int _tightPolls;

    /// <summary>A command begins.</summary>
    public void Start(uint code)
    {
        _code = code;
        _expected = _earliest.TryGetValue(code, out TimeSpan earliest) ? earliest : null;
        _lastBusy = TimeSpan.Zero;
        _tightPolls = 0;
    }

    /// <summary>The moment of the next look, counted from the command's start, after one that found it busy.</summary>
    public TimeSpan Next(TimeSpan elapsed)
    {
        _lastBusy = elapsed;
        if (_expected is not { } expected)
        {
            return elapsed + (elapsed < s_prompt ? s_step : elapsed / 8);
        }

        if (elapsed < expected)
        {
            TimeSpan doubled = elapsed + Max(elapsed, s_step);
            return doubled < expected ? doubled : expected;
        }

        return elapsed + Max(s_step, elapsed / (++_tightPolls <= TightPolls ? 128 : 32));
    }

    /// <summary>The command has succeeded. Others teach nothing: a refusal comes sooner.</summary>
    public void Learn()
    {
        if (_earliest.Count >= MostCodes && _expected is null)
        {
            return;
        }

        // It was still busy at that moment; a little sooner is a good time to begin next time.
        TimeSpan seen = _lastBusy - (_lastBusy / 32);
        TimeSpan earliest = _expected is { } expected && seen > expected ? expected + ((seen - expected) / 2) : seen;
        _earliest[_code] = earliest;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

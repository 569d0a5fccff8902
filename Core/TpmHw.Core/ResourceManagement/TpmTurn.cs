namespace TpmHw.ResourceManagement;

/// <summary>One client's place in the queue. A client has one command at a time, so it needs one of them.</summary>
/// <param name="priority">Its priority.</param>
/// <param name="isAtHand">Whether the TPM has loaded what the command uses; asked while no command runs.</param>
internal sealed class TpmTurn(TpmPriority priority, Func<bool>? isAtHand = null) : IDisposable
{
    private readonly AutoResetEvent _called = new(false);
    private long _looksAgain;
    private volatile bool _granted;
    private volatile bool _isNext;

    public TpmPriority Priority => priority;

    public bool IsAtHand => isAtHand is null || isAtHand();

    public bool Granted
    {
        get => _granted;
        set => _granted = value;
    }

    /// <summary>Whether it is likely to be the one after the turn that runs.</summary>
    public bool IsNext
    {
        get => _isNext;
        set => _isNext = value;
    }

    /// <summary>When it looks whose turn it is without having been called.</summary>
    public TimeSpan LooksAgain
    {
        get => new(Volatile.Read(ref _looksAgain));
        set => Volatile.Write(ref _looksAgain, value.Ticks);
    }

    /// <summary>How long it took in this turn to load what the command uses, and to save what was in the way.</summary>
    public TimeSpan Loading { get; set; }

    /// <summary>When its last turn ended; null before the first one.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>How long it was away between its last two commands.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.MaxValue;

    /// <summary>Wakes it, or has its next wait end at once.</summary>
    public void Call() => _called.Set();

    /// <summary>Waits until it is called.</summary>
    /// <returns>Whether it was, in that time.</returns>
    public bool Wait(TimeSpan time) => _called.WaitOne(time);

    public void Dispose() => _called.Dispose();
}

namespace TpmHw.ResourceManagement;

/// <summary>A client's place in the queue of a <see cref="CommandScheduler"/>. A client sends one command at a time, so one ticket is enough.</summary>
/// <param name="priority">The client's priority.</param>
/// <param name="isLoaded">Tells whether everything that the waiting command uses is loaded in the TPM. Called only while no command runs.</param>
internal sealed class SchedulerTicket(TpmPriority priority, Func<bool>? isLoaded = null) : IDisposable
{
    private readonly AutoResetEvent _woken = new(false);
    private long _recheckAt;
    private volatile bool _isGranted;
    private volatile bool _isNext;

    /// <summary>The client's priority.</summary>
    public TpmPriority Priority => priority;

    /// <summary>Whether everything that the waiting command uses is loaded in the TPM.</summary>
    public bool IsLoaded => isLoaded is null || isLoaded();

    /// <summary>Whether the TPM is this client's now.</summary>
    public bool IsGranted
    {
        get => _isGranted;
        set => _isGranted = value;
    }

    /// <summary>Whether this ticket will probably be granted next.</summary>
    public bool IsNext
    {
        get => _isNext;
        set => _isNext = value;
    }

    /// <summary>When the waiting thread checks the queue again without being woken.</summary>
    public TimeSpan RecheckAt
    {
        get => new(Volatile.Read(ref _recheckAt));
        set => Volatile.Write(ref _recheckAt, value.Ticks);
    }

    /// <summary>How long the last command took to load what it uses, including saving what was evicted for it.</summary>
    public TimeSpan LoadTime { get; set; }

    /// <summary>When the ticket was released last, or null if it never was.</summary>
    public TimeSpan? ReleasedAt { get; set; }

    /// <summary>The time between the end of the client's previous command and the arrival of this one.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.MaxValue;

    /// <summary>Wakes the waiting thread. If it does not wait yet, its next wait ends at once.</summary>
    public void Wake() => _woken.Set();

    /// <summary>Waits until the ticket is woken.</summary>
    /// <returns>Whether it was woken within that time.</returns>
    public bool Wait(TimeSpan time) => _woken.WaitOne(time);

    public void Dispose() => _woken.Dispose();
}

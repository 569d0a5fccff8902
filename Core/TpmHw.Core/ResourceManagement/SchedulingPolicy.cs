namespace TpmHw.ResourceManagement;

/// <summary>
/// Decides which client's command runs next: by priority, then first come, first served. Swapping contexts changes that
/// order, because it costs more than most commands. After objects were loaded for a client, clients whose commands need
/// no loading go first, and so does that client, for twice the time that loading took. If that client came back quickly
/// before, the TPM even stays reserved for it, but no longer than twice its last load time. The client that has waited
/// longest is overtaken at most seven times.
/// </summary>
internal sealed class SchedulingPolicy
{
    private const int InARow = 7;
    private const int Worth = 2; // times the load time

    private readonly List<SchedulerTicket> _waiting = [];
    private SchedulerTicket? _resident;
    private TimeSpan _until;
    private TimeSpan _patience;
    private int _overtaken;

    /// <summary>The ticket that has waited longest, or null if none waits.</summary>
    public SchedulerTicket? Oldest => _waiting.Count > 0 ? _waiting[0] : null;

    /// <summary>Adds a client that has a command to send.</summary>
    public void Add(SchedulerTicket ticket, TimeSpan now)
    {
        ticket.IsGranted = false;
        ticket.IsNext = false;
        ticket.RecheckAt = TimeSpan.MaxValue;
        ticket.LoadTime = TimeSpan.Zero;
        ticket.Pause = ticket.ReleasedAt is { } ended ? now - ended : TimeSpan.MaxValue;
        _waiting.Add(ticket);
    }

    /// <summary>Removes a client that gives up.</summary>
    /// <returns>Whether it was still waiting.</returns>
    public bool Remove(SchedulerTicket ticket) => _waiting.Remove(ticket);

    /// <summary>Records that a client's command has ended.</summary>
    public void Release(SchedulerTicket ticket, TimeSpan now)
    {
        ticket.ReleasedAt = now;
        if (ticket.LoadTime > TimeSpan.Zero)
        {
            _patience = Worth * ticket.LoadTime;
            _until = (ticket == _resident && _until > now ? _until : now) + _patience;
            _resident = ticket;
        }
    }

    /// <summary>Removes the next ticket from the queue.</summary>
    /// <param name="now">The time.</param>
    /// <param name="hold">How long the TPM stays reserved for the client that loaded last, if no waiting client is granted it.</param>
    /// <returns>The next ticket, or null if none waits or the TPM stays reserved.</returns>
    public SchedulerTicket? Dequeue(TimeSpan now, out TimeSpan hold)
    {
        hold = TimeSpan.Zero;
        if (_waiting.Count == 0)
        {
            return null;
        }

        int best = 0;
        if (_overtaken < InARow)
        {
            TimeSpan left = _until - now;
            bool earned = left > TimeSpan.Zero;
            int highest = -1;
            for (int i = 0; i < _waiting.Count; i++)
            {
                int rank = Rank(_waiting[i], earned);
                (best, highest) = rank > highest ? (i, rank) : (best, highest);
            }

            if (earned && Rank(_resident!, earned) > highest)
            {
                TimeSpan patience = _resident!.ReleasedAt!.Value + _patience - now;
                TimeSpan longest = left < patience ? left : patience;
                if (_resident.Pause < longest)
                {
                    hold = longest;
                    return null;
                }
            }
        }

        SchedulerTicket next = _waiting[best];
        _waiting.RemoveAt(best);
        _overtaken = best == 0 ? 0 : _overtaken + 1;
        return next;
    }

    private int Rank(SchedulerTicket ticket, bool earned) => 2 * (int)ticket.Priority + (earned && (ticket == _resident || ticket.IsLoaded) ? 1 : 0);
}

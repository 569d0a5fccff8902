namespace TpmHw.ResourceManagement;

/// <summary>
/// Whose turn is next: by priority, then in the order in which they came. Only loading has a say in that: for twice as
/// long as it took, those go first who need nothing loaded, and the client for which it was done may stay. If it was
/// away for a short time only before its last command, its next one is waited for, but no longer than the last loading
/// is worth, however much was loaded before. Whoever has waited longest is overtaken seven times at most.
/// </summary>
internal sealed class TurnOrder
{
    private const int InARow = 7;
    private const int Worth = 2; // of loading's time

    private readonly List<TpmTurn> _waiting = [];
    private TpmTurn? _stays;
    private TimeSpan _until;
    private TimeSpan _patience;
    private int _overtaken;

    /// <summary>The one who has waited longest; null where nobody waits.</summary>
    public TpmTurn? Oldest => _waiting.Count > 0 ? _waiting[0] : null;

    /// <summary>A client has come with a command.</summary>
    public void Add(TpmTurn turn, TimeSpan now)
    {
        turn.Granted = false;
        turn.IsNext = false;
        turn.LooksAgain = TimeSpan.MaxValue;
        turn.Loading = TimeSpan.Zero;
        turn.Pause = turn.Ended is { } ended ? now - ended : TimeSpan.MaxValue;
        _waiting.Add(turn);
    }

    /// <summary>A client no longer waits.</summary>
    /// <returns>Whether it did.</returns>
    public bool Remove(TpmTurn turn) => _waiting.Remove(turn);

    /// <summary>A turn has ended.</summary>
    public void End(TpmTurn turn, TimeSpan now)
    {
        turn.Ended = now;
        if (turn.Loading > TimeSpan.Zero)
        {
            _patience = Worth * turn.Loading;
            _until = (turn == _stays && _until > now ? _until : now) + _patience;
            _stays = turn;
        }
    }

    /// <summary>Takes the next one out of the queue.</summary>
    /// <param name="now">The time.</param>
    /// <param name="hold">Where it is nobody's turn although some wait: for how long it is left to the one who may come back.</param>
    /// <returns>The next one, or null.</returns>
    public TpmTurn? TakeNext(TimeSpan now, out TimeSpan hold)
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

            if (earned && Rank(_stays!, earned) > highest)
            {
                TimeSpan patience = _stays!.Ended!.Value + _patience - now;
                TimeSpan longest = left < patience ? left : patience;
                if (_stays.Pause < longest)
                {
                    hold = longest;
                    return null;
                }
            }
        }

        TpmTurn next = _waiting[best];
        _waiting.RemoveAt(best);
        _overtaken = best == 0 ? 0 : _overtaken + 1;
        return next;
    }

    private int Rank(TpmTurn turn, bool earned) => 2 * (int)turn.Priority + (earned && (turn == _stays || turn.IsAtHand) ? 1 : 0);
}

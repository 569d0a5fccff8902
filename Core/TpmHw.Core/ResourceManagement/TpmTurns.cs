namespace TpmHw.ResourceManagement;

/// <summary>One client's place in the queue. A client has one command at a time, so it needs one of them.</summary>
/// <param name="priority">Its priority.</param>
/// <param name="isAtHand">Whether the TPM has loaded what the command uses; asked in somebody's turn.</param>
internal sealed class TpmTurn(TpmPriority priority, Func<bool>? isAtHand = null)
{
    /// <summary>How much sooner it may go than another one: by priority, then those for whom nothing has to be loaded.</summary>
    public int Rank => 2 * (int)priority + (isAtHand is null || isAtHand() ? 1 : 0);

    public bool Granted { get; set; }
}

/// <summary>
/// Lets one thread at a time to the TPM: by priority, then those whose keys are in the TPM already, then in the order in
/// which they came. As a client waits with one command at most, and the one that waits longest gets every fourth turn,
/// that order is fair to the clients.
/// </summary>
internal sealed class TpmTurns
{
    private const int InARow = 3;

    private readonly object _gate = new();
    private readonly List<TpmTurn> _waiting = [];
    private bool _taken;
    private int _overtaken;

    /// <summary>Waits for the turn.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it came.</exception>
    public void Take(TpmTurn turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_taken)
            {
                _taken = true;
                return;
            }

            turn.Granted = false;
            _waiting.Add(turn);
        }

        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(static t => Wake(t!), turn);
        lock (turn)
        {
            while (!turn.Granted && !cancellationToken.IsCancellationRequested)
            {
                Monitor.Wait(turn);
            }
        }

        if (turn.Granted)
        {
            return;
        }

        if (!GiveUp(turn))
        {
            Give(); // it was granted just now
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Ends the turn: the next one's begins.</summary>
    public void Give()
    {
        TpmTurn next;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _taken = false;
                return;
            }

            next = _waiting[Next()];
            _waiting.Remove(next);
        }

        lock (next)
        {
            next.Granted = true;
            Monitor.Pulse(next);
        }
    }

    /// <summary>The first of the highest rank; after three that overtook others, the one that has waited longest.</summary>
    private int Next()
    {
        int best = 0;
        int highest = -1;
        for (int i = 0; i < _waiting.Count && _overtaken < InARow; i++)
        {
            int rank = _waiting[i].Rank;
            (best, highest) = rank > highest ? (i, rank) : (best, highest);
        }

        _overtaken = best == 0 ? 0 : _overtaken + 1;
        return best;
    }

    /// <summary>Leaves the queue; false where the turn has been granted in the meantime.</summary>
    private bool GiveUp(TpmTurn turn)
    {
        lock (_gate)
        {
            return _waiting.Remove(turn);
        }
    }

    private static void Wake(object turn)
    {
        lock (turn)
        {
            Monitor.Pulse(turn);
        }
    }
}

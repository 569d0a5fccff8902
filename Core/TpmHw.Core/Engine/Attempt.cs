using TpmHw.Execution;
using TpmHw.Transport;

namespace TpmHw;

/// <summary>How often a command was sent, and when to stop.</summary>
internal readonly struct Attempt()
{
    // A TPM that puts a command off does so for seconds at most (RetryLimits).
    private const int MostPutOff = 40;

    private int Number { get; init; } = 1;

    /// <summary>Whether a command that the TPM puts off waits here, and not in the channel.</summary>
    public bool Waits { get; private init; }

    public Attempt Next() => new() { Number = Number + 1 };

    public Attempt Waiting(bool waits) => new() { Number = Number, Waits = waits };

    public bool IsLast(SessionTrouble trouble) => Number > (trouble == SessionTrouble.PutOff && Waits ? MostPutOff : 1);

    /// <summary>Leaves the TPM alone for a while, longer each time.</summary>
    public bool Pause(CancellationToken cancellationToken)
    {
        TpmClock.System.Wait(TimeSpan.FromMilliseconds(Math.Min(1000, 20 << Math.Min(Number - 1, 6))), cancellationToken);
        return true;
    }
}

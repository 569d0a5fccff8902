using TpmHw.Transport;
using TpmHw.Transports.Gpio;

namespace TpmHw.Simulation;

/// <summary>A line that a chip pulls low for a moment when it is ready. Edges that nobody waited for are kept, as the kernel keeps them.</summary>
internal sealed class ReadyLine(TpmClock clock) : IGpioLine
{
    private const int Kept = 16;

    private readonly Queue<TimeSpan> _falls = [];

    public string Name => "ready line of the model";

    public bool Level
    {
        get => true;
        set => throw new NotSupportedException("The chip drives this line.");
    }

    public void FallsAt(TimeSpan time)
    {
        if (_falls.Count < Kept)
        {
            _falls.Enqueue(time);
        }
    }

    public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken)
    {
        if (!_falls.TryPeek(out TimeSpan fall) || fall - clock.Now > time)
        {
            clock.Wait(time, cancellationToken);
            return false;
        }

        if (fall > clock.Now)
        {
            clock.Wait(fall - clock.Now, cancellationToken);
        }

        _falls.Dequeue();
        return true;
    }

    public void Dispose()
    {
    }
}

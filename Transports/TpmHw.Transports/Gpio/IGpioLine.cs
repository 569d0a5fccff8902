namespace TpmHw.Transports.Gpio;

/// <summary>One line of a GPIO controller: an output (reset, chip select) or an input with edges (interrupt).</summary>
public interface IGpioLine : IDisposable
{
    /// <summary>What it is, for errors: <c>gpiochip0/24</c>.</summary>
    string Name { get; }

    /// <summary>The line's level; true is high.</summary>
    bool Level { get; set; }

    /// <summary>Waits until an input line falls.</summary>
    /// <returns>Whether it fell; false where the time was over first.</returns>
    bool WaitForFall(TimeSpan time, CancellationToken cancellationToken);
}

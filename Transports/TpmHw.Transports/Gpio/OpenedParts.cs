using TpmHw.Transport;

namespace TpmHw.Transports.Gpio;

/// <summary>What a connection string has opened so far: ports, buses and GPIO lines. All of it is closed again where a later step fails, last first.</summary>
internal sealed class OpenedParts
{
    private readonly TransportSettings _settings;
    private readonly Stack<IDisposable> _opened = new();

    private OpenedParts(TransportSettings settings) => _settings = settings;

    /// <summary>The line of the TPM's reset.</summary>
    public static TransportOption Reset { get; } = new("reset", "GPIO line of the TPM's reset, chip/number or the line's name; left high until a reset is asked for");

    /// <summary>The line of the TPM's interrupt.</summary>
    public static TransportOption Interrupt { get; } = new("irq", "GPIO line of the TPM's interrupt");

    /// <summary>Opens a transport from parts.</summary>
    public static ITpmTransport Assemble(TransportSettings settings, Func<OpenedParts, ITpmTransport> open)
    {
        var parts = new OpenedParts(settings);
        try
        {
            return open(parts);
        }
        catch
        {
            while (parts._opened.TryPop(out IDisposable? part))
            {
                part.Dispose();
            }

            throw;
        }
    }

    /// <summary>Takes a part that was opened.</summary>
    public T Add<T>(T part)
        where T : IDisposable
    {
        _opened.Push(part);
        return part;
    }

    /// <summary>The line that an option names; null where it was not given.</summary>
    public GpioLine? Line(string option, GpioDirection direction) =>
        _settings.Text(option) is { } name ? Add(GpioLine.Open(name, direction)) : null;
}

using TpmHw.Transports;

namespace TpmHw.Cli.Hosting;

/// <summary>What surrounds a run of the command: streams, terminal, environment. Nothing else touches the process.</summary>
internal abstract class CliHost
{
    /// <summary>Standard input.</summary>
    public abstract Stream Input { get; }

    /// <summary>Standard output.</summary>
    public abstract Stream Output { get; }

    /// <summary>Standard error.</summary>
    public abstract Stream Error { get; }

    /// <summary>Whether somebody types.</summary>
    public abstract bool InputIsTerminal { get; }

    /// <summary>Whether somebody reads the output; otherwise it goes to a file or a program.</summary>
    public abstract bool OutputIsTerminal { get; }

    /// <summary>Whether somebody reads the errors.</summary>
    public abstract bool ErrorIsTerminal { get; }

    /// <summary>The terminal's width in characters.</summary>
    public abstract int Width { get; }

    /// <summary>The transports that connection strings can name.</summary>
    public virtual TransportCatalog Catalog => TransportCatalog.Default;

    /// <summary>An environment variable; null where it is not set.</summary>
    public abstract string? Variable(string name);

    /// <summary>Calls <paramref name="interrupted"/> when the user wants the run to end; until the result is disposed.</summary>
    public abstract IDisposable WatchInterrupt(Action interrupted);

    /// <summary>Whether colours are wanted on a stream (https://no-color.org).</summary>
    public bool WantsColour(bool streamIsTerminal) =>
        streamIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";
}

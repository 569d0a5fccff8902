namespace TpmHw.Transport;

/// <summary>A transport's description of itself. Parsing, help, errors and documentation come from this and nothing else.</summary>
public sealed record TransportDescriptor
{
    /// <summary>The name before the colon of a connection string.</summary>
    public required string Name { get; init; }

    /// <summary>What it reaches, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>A connection string as one would type it.</summary>
    public required string Example { get; init; }

    /// <summary>Its options.</summary>
    public IReadOnlyList<TransportOption> Options { get; init; } = [];

    /// <summary>Whether everything after the colon is the positional option's value, commas included (a command line).</summary>
    public bool TakesWholeText { get; init; }

    /// <summary>The operating systems it works on (Linux, Windows, macOS); empty where it works on all.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>Opens it.</summary>
    public required Func<TransportSettings, ITpmTransport> Open { get; init; }

    /// <summary>
    /// The connection strings worth trying on this machine, best first, without opening any of them. Used by
    /// <c>auto</c> and by probing.
    /// </summary>
    public Func<IEnumerable<string>> FindCandidates { get; init; } = static () => [];

    /// <summary>
    /// Connection strings of what may have a TPM behind it and may as well be something else, with why it is left alone:
    /// probing names them, and nothing opens them unasked.
    /// </summary>
    public Func<IEnumerable<(string ConnectionString, string Why)>> FindUnasked { get; init; } = static () => [];

    /// <summary>Whether it works on this operating system.</summary>
    public bool IsSupportedHere => Platforms.Count == 0 || Platforms.Any(OperatingSystem.IsOSPlatform);
}

namespace TpmHw.Transport;

/// <summary>What an option's value looks like.</summary>
public enum TransportOptionKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A file or folder.</summary>
    Path,

    /// <summary>A TCP port, 1 to 65535.</summary>
    Port,

    /// <summary>A whole number, decimal or 0x… .</summary>
    Number,

    /// <summary>A time in milliseconds, 1 or more.</summary>
    Milliseconds,

    /// <summary>yes or no.</summary>
    Flag,

    /// <summary>One of <see cref="TransportOption.Choices"/>.</summary>
    Choice,
}

/// <summary>One option of a transport's connection string.</summary>
/// <param name="Name">Its name, as written before the <c>=</c>.</param>
/// <param name="Meaning">What it does, in one sentence without a full stop.</param>
/// <param name="Kind">What its value looks like.</param>
/// <param name="Default">The value that it has when it isn't given; null where it then has none.</param>
public sealed record TransportOption(string Name, string Meaning, TransportOptionKind Kind = TransportOptionKind.Text, string? Default = null)
{
    /// <summary>The values of a <see cref="TransportOptionKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The smallest value of a <see cref="TransportOptionKind.Number"/>.</summary>
    public int Least { get; init; }

    /// <summary>The largest value of a <see cref="TransportOptionKind.Number"/>.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Whether the value may come first and without its name, as in <c>device:/dev/tpm0</c>.</summary>
    public bool IsPositional { get; init; }
}

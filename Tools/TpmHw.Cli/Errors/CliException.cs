namespace TpmHw.Cli.Errors;

/// <summary>Something that this program itself has to say to its user.</summary>
internal sealed class CliException(ExitCode exitCode, string message, string advice = "") : Exception(message)
{
    /// <summary>What the run ends with.</summary>
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>What to do.</summary>
    public string Advice { get; } = advice;

    /// <summary>Something that was typed can't be understood. Nothing was sent to a TPM.</summary>
    public static CliException Usage(string message, string advice = "") => new(ExitCode.Usage, message, advice);
}

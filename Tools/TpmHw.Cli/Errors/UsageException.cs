namespace TpmHw.Cli.Errors;

/// <summary>Something that was typed can't be understood or can't be done. Nothing was sent to a TPM.</summary>
internal sealed class UsageException(string message, string advice = "") : Exception(message)
{
    /// <summary>What to type instead.</summary>
    public string Advice { get; } = advice;
}

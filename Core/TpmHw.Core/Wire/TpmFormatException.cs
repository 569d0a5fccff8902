namespace TpmHw;

/// <summary>A TPM's response, or an event log, does not have the form that the specification gives it.</summary>
public sealed class TpmFormatException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, and at which byte.</param>
    public TpmFormatException(string message)
        : this(message, "The other side is no TPM, or a driver below lost bytes: record the exchange with a trace and look at the response.")
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, and at which byte.</param>
    /// <param name="advice">What to check or do next.</param>
    public TpmFormatException(string message, string advice)
        : base(message, advice)
    {
    }
}

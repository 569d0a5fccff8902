namespace TpmHw;

/// <summary>A pin can't be read, understood or kept: which TPM is the right one is not known, and nothing is sent.</summary>
public sealed class TpmPinException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="advice">What to check or do next.</param>
    /// <param name="innerException">What caused it.</param>
    public TpmPinException(string message, string advice, Exception? innerException = null)
        : base(message, advice, innerException)
    {
    }
}

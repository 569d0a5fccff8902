namespace TpmHw;

/// <summary>What tells which TPM is the right one, a pin or certificates, can't be read, understood or kept.</summary>
public sealed class TpmTrustException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="advice">What to check or do next.</param>
    /// <param name="innerException">What caused it.</param>
    public TpmTrustException(string message, string advice, Exception? innerException = null)
        : base(message, advice, innerException)
    {
    }
}

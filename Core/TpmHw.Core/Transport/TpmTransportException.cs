namespace TpmHw;

/// <summary>The way to the TPM failed: it could not be opened, did not answer, or answered something that is no response.</summary>
public sealed class TpmTransportException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="evidence">What was seen: the bytes, the value, the time that passed and the deadline.</param>
    /// <param name="advice">What to check or do next.</param>
    /// <param name="innerException">What caused it.</param>
    public TpmTransportException(TpmFault fault, string message, string evidence = "", string advice = "", Exception? innerException = null)
        : base(message, advice, innerException)
    {
        Fault = fault;
        Evidence = evidence;
    }

    /// <summary>What kind of failure it is.</summary>
    public TpmFault Fault { get; }

    /// <summary>What was seen; empty where the message says it all.</summary>
    public string Evidence { get; }

    private protected override string Seen => Evidence;
}

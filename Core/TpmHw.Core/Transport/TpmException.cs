namespace TpmHw;

/// <summary>Everything that this library reports as a failure of a TPM or of the way to it.</summary>
public abstract class TpmException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="advice">What to check or do next.</param>
    /// <param name="innerException">What caused it.</param>
    protected TpmException(string message, string advice, Exception? innerException = null)
        : base(message, innerException) => Advice = advice;

    /// <summary>What to check or do next; empty where there is nothing to advise.</summary>
    public string Advice { get; }

    private protected virtual string Seen => "";

    /// <summary>What happened, what was seen, what to do, and then the stack: what a program prints that does not catch it.</summary>
    public override string ToString()
    {
        string text = base.ToString();
        int afterMessage = text.IndexOf(Message, StringComparison.Ordinal) + Message.Length;
        return text.Insert(afterMessage, Line("Seen", Seen) + Line("To do", Advice));
    }

    private static string Line(string heading, string text) => text.Length == 0 ? "" : $"{Environment.NewLine}{heading}: {text}";
}

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

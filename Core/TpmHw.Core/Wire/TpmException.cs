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

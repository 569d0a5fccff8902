using TpmHw.Wire;

namespace TpmHw.Spec;

/// <summary>A structure of Part 2: it can be read from a message and written to one.</summary>
/// <typeparam name="TSelf">The structure itself.</typeparam>
public interface ITpmStructure<TSelf>
    where TSelf : ITpmStructure<TSelf>
{
    /// <summary>Reads it as it is on the wire.</summary>
    /// <exception cref="TpmFormatException">The bytes don't have this form.</exception>
    static abstract TSelf Read(ref TpmReader reader);

    /// <summary>Writes it as it is on the wire.</summary>
    /// <exception cref="ArgumentException">It can't be written: fields contradict each other, or there is no room.</exception>
    void Write(ref TpmWriter writer);
}

/// <summary>A command or a response of Part 3: its handles and its parameters, which sessions lie between.</summary>
/// <typeparam name="TSelf">The command or response itself.</typeparam>
public interface ITpmMessage<TSelf>
    where TSelf : ITpmMessage<TSelf>
{
    /// <summary>What the command's table in Part 3 says; a response has its command's.</summary>
    static abstract TpmCommandInfo Info { get; }

    /// <summary>Reads it from its two areas.</summary>
    /// <exception cref="TpmFormatException">The bytes don't have this form.</exception>
    static abstract TSelf Read(ref TpmReader handles, ref TpmReader parameters);

    /// <summary>Writes the handle area.</summary>
    void WriteHandles(ref TpmWriter writer);

    /// <summary>Writes the parameter area.</summary>
    /// <exception cref="ArgumentException">It can't be written: fields contradict each other, or there is no room.</exception>
    void WriteParameters(ref TpmWriter writer);
}

/// <summary>A command, and the type of its response.</summary>
/// <typeparam name="TSelf">The command itself.</typeparam>
/// <typeparam name="TResponse">What the TPM answers.</typeparam>
public interface ITpmCommand<TSelf, TResponse> : ITpmMessage<TSelf>
    where TSelf : ITpmCommand<TSelf, TResponse>
    where TResponse : ITpmMessage<TResponse>;

/// <summary>The response of a command that answers nothing but success.</summary>
public readonly record struct TpmEmptyResponse : ITpmMessage<TpmEmptyResponse>
{
    static TpmCommandInfo ITpmMessage<TpmEmptyResponse>.Info => default;

    /// <inheritdoc/>
    public static TpmEmptyResponse Read(ref TpmReader handles, ref TpmReader parameters) => default;

    /// <inheritdoc/>
    public void WriteHandles(ref TpmWriter writer)
    {
    }

    /// <inheritdoc/>
    public void WriteParameters(ref TpmWriter writer)
    {
    }
}

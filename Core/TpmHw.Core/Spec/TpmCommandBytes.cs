using TpmHw.Wire;

namespace TpmHw.Spec;

/// <summary>Commands without sessions, as bytes: for code that talks to a TPM below <see cref="Tpm2"/>.</summary>
public static class TpmCommandBytes
{
    private const int Room = 4096;

    /// <summary>A command: header, handles and parameters (Part 1, 18).</summary>
    /// <param name="command">The command, none of whose handles has to be authorized.</param>
    /// <exception cref="ArgumentException">It can't be written, or it needs an authorization.</exception>
    public static byte[] Of<TCommand>(in TCommand command)
        where TCommand : ITpmMessage<TCommand>
    {
        TpmCommandInfo info = TCommand.Info;
        if (info.AuthorizedHandles > 0)
        {
            throw new ArgumentException($"{info.Code.CommandName()} needs an authorization, and commands without sessions have none.", nameof(command));
        }

        var message = new byte[Room];
        var writer = new TpmWriter(message.AsSpan(TpmHeader.Size));
        command.WriteHandles(ref writer);
        command.WriteParameters(ref writer);
        int length = TpmHeader.Size + writer.Position;
        new TpmHeader(TpmHeader.NoSessions, (uint)length, (uint)info.Code).Write(message);
        return message[..length];
    }
}

using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>
/// How long a command may take before the way to the TPM counts as dead. These are bounds for giving up, not
/// estimates: the PC Client Profile and Linux allow the prompt ones 0.75 s to 2 s on a bus of their own, and the rest
/// is for what lies between: a busy machine, a remote link, a kernel that resends, a TPM that is still testing itself.
/// </summary>
/// <remarks>
/// Where others use the TPM at the same time (a resource manager, TBS), a prompt command can wait behind somebody
/// else's key generation; such a transport gives every command <see cref="Longest"/>.
/// </remarks>
public static class CommandDurations
{
    /// <summary>For commands that neither generate a key nor use one.</summary>
    public static TimeSpan Prompt => TimeSpan.FromSeconds(20);

    /// <summary>For every command that is declared as neither, and for vendor commands.</summary>
    public static TimeSpan Default => TimeSpan.FromMinutes(2);

    /// <summary>For the generation of a key, which is a search for primes and has no upper bound, and what is as slow on some chips.</summary>
    public static TimeSpan Longest => TimeSpan.FromMinutes(5);

    /// <summary>The time that this command may take.</summary>
    /// <param name="command">A whole command of either family.</param>
    /// <exception cref="TpmFormatException">It is too short to have a header.</exception>
    public static TimeSpan Of(ReadOnlySpan<byte> command)
    {
        TpmHeader header = TpmHeader.Read(command);
        return header.IsTpm12Request ? OfOrdinal(header.Code)
            : header.Tag is TpmHeader.NoSessions or TpmHeader.Sessions ? Of((TpmCc)header.Code)
            : Default;
    }

    private static TimeSpan Of(TpmCc command) => TpmCommandInfo.Find(command)?.Duration switch
    {
        CommandDuration.Prompt => Prompt,
        CommandDuration.Longest => Longest,
        _ => Default,
    };

    private static TimeSpan OfOrdinal(uint ordinal) => Tpm12Ordinals.DurationOf(ordinal) switch
    {
        Tpm12Duration.Short => Prompt,
        Tpm12Duration.Long => Longest,
        _ => Default,
    };
}

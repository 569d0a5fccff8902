using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>The TPM refused a command, or failed to carry it out.</summary>
public class TpmCommandException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">What the TPM answered.</param>
    /// <param name="command">The command it answered.</param>
    public TpmCommandException(TpmResponseCode code, TpmCc command)
        : this(code, command, $"{NameOf(command)} failed: {code}: {code.Description}", code.Advice)
    {
    }

    private protected TpmCommandException(TpmResponseCode code, TpmCc command, string message, string advice)
        : base(message, advice)
    {
        Code = code;
        Command = command;
    }

    /// <summary>What the TPM answered. <see cref="TpmResponseCode.Base"/> is the code to compare with.</summary>
    public TpmResponseCode Code { get; }

    /// <summary>The command it answered.</summary>
    public TpmCc Command { get; }

    /// <summary>The exception for a code, whether the TPM has answered it or Windows in its place.</summary>
    internal static TpmCommandException Of(TpmResponseCode code, TpmCc command) => code.Value is TpmRc.CommandBlocked or TpmRc.EmbeddedCommandBlocked
        ? new TpmCommandBlockedException(code, command)
        : new TpmCommandException(code, command);

    private protected static string NameOf(TpmCc command) => command.SpecName() is null ? $"The command 0x{(uint)command:X8}" : command.CommandName();
}

using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>The TPM answered a command with an error.</summary>
public sealed class TpmCommandException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">What the TPM answered.</param>
    /// <param name="command">The command that it answered.</param>
    public TpmCommandException(TpmResponseCode code, TpmCc command)
        : base($"{command.CommandName()} failed with 0x{code.Value:X3}.", "")
    {
        Code = code;
        Command = command;
    }

    /// <summary>What the TPM answered.</summary>
    public TpmResponseCode Code { get; }

    /// <summary>The command that it answered.</summary>
    public TpmCc Command { get; }
}

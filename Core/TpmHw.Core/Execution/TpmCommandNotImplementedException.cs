using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>This TPM has not got the command.</summary>
public sealed class TpmCommandNotImplementedException : TpmCommandException
{
    internal TpmCommandNotImplementedException(TpmCc command, string tpm)
        : base(
            new(TpmRc.CommandCode),
            command,
            $"{NameOf(command)} was not executed: this TPM ({tpm}) does not have it.",
            "Tpm2.Capabilities tells what this TPM has. Commands of later versions may come with newer firmware.") => Tpm = tpm;

    /// <summary>The TPM: maker, vendor's text and firmware.</summary>
    public string Tpm { get; }
}

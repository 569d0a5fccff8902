using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>A response that no TPM gave, in the words of the family whose command it answers.</summary>
/// <param name="Name">What it is counted as; null where it is none.</param>
/// <param name="Tpm20">TPM_RC (Part 2, 6.6.3).</param>
/// <param name="Tpm12">The result code of TPM 1.2 (Part 2, 16).</param>
internal sealed record Refusal(string? Name, uint Tpm20, uint Tpm12)
{
    /// <summary>TPM_RC_SUCCESS, TPM_SUCCESS: no refusal, with nothing to say.</summary>
    public static Refusal None { get; } = new(null, TpmRc.Success, Tpm12Rc.Success);

    /// <summary>TPM_RC_COMMAND_SIZE, TPM_BAD_PARAM_SIZE.</summary>
    public static Refusal CommandSize { get; } = new("command_size", TpmRc.CommandSize, Tpm12Rc.BadParamSize);

    /// <summary>TPM_RC_FAILURE, TPM_FAIL.</summary>
    public static Refusal Failure { get; } = new("failure", TpmRc.Failure, Tpm12Rc.Fail);

    /// <summary>TPM_RC_CANCELED, TPM_FAIL.</summary>
    public static Refusal Canceled { get; } = new("cancelled", TpmRc.Canceled, Tpm12Rc.Fail);

    /// <summary>TPM_RC_LOCALITY, TPM_BAD_LOCALITY.</summary>
    public static Refusal Locality { get; } = new("locality", TpmRc.Locality, Tpm12Rc.BadLocality);

    /// <summary>Writes it.</summary>
    /// <param name="command">The header of the command that it answers.</param>
    /// <param name="response">Where to.</param>
    /// <returns>Its length.</returns>
    public int Write(TpmHeader command, Span<byte> response)
    {
        if (Name is not null)
        {
            ServerTelemetry.Refused(Name);
        }

        (ushort tag, uint code) = command.IsTpm12Request ? (TpmHeader.ResponseTpm12, Tpm12) : (TpmHeader.NoSessions, Tpm20);
        new TpmHeader(tag, TpmHeader.Size, code).Write(response);
        return TpmHeader.Size;
    }
}

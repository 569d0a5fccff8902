using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Protection;

/// <summary>What a command may not do on a protected bus.</summary>
internal static class BusRules
{
    /// <summary>Refuses commands whose secrets lie where no session encrypts: a session takes the first parameter alone (Part 1, 21.1).</summary>
    /// <exception cref="TpmSessionException">It is such a command.</exception>
    public static void ThrowIfInClear<TCommand>(in TCommand command)
        where TCommand : ITpmMessage<TCommand>
    {
        string? instead = command switch
        {
            Import { SymmetricAlg.Algorithm: TpmAlgId.Null, InSymSeed.Size: 0 } => "Tpm2.Import encrypts it first.",
            Duplicate { SymmetricAlg.Algorithm: TpmAlgId.Null } duplicate when duplicate.NewParentHandle == TpmRh.Null => "Give it a new parent or a symmetric algorithm.",
            EncryptDecrypt => "TPM2_EncryptDecrypt2 has the same data in a place that is encrypted.",
            _ => null,
        };
        if (instead is not null)
        {
            throw new TpmSessionException(TpmSessionFault.InClear, $"{TCommand.Info.Code.CommandName()} would send a secret in clear. {instead}");
        }
    }
}

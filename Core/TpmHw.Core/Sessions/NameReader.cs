using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;
using TpmHw.Execution;

namespace TpmHw.Sessions;

/// <summary>Asks the TPM for the Name of what a bare handle names, and checks it against the public area.</summary>
internal static class NameReader
{
    private const uint Sequence = 0x103; // TPM_RC_SEQUENCE: a sequence object has no Name

    public static byte[] Read(ICommandSender tpm, TpmHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            return handle.Type == TpmHt.NvIndex ? OfIndex(tpm, handle, cancellationToken) : OfObject(tpm, handle, cancellationToken);
        }
        catch (TpmCommandException e) when (e.Code.Value == Sequence)
        {
            return [];
        }
    }

    private static byte[] OfObject(ICommandSender tpm, TpmHandle handle, CancellationToken cancellationToken)
    {
        ReadPublic.Response read = tpm.Run<ReadPublic, ReadPublic.Response>(new(handle), cancellationToken);
        return Checked(handle, TpmName.Of(read.OutPublic.PublicArea), read.Name);
    }

    private static byte[] OfIndex(ICommandSender tpm, TpmHandle handle, CancellationToken cancellationToken)
    {
        NvReadPublic.Response read = tpm.Run<NvReadPublic, NvReadPublic.Response>(new(handle), cancellationToken);
        return Checked(handle, TpmName.Of(read.NvPublic.NvPublic), read.NvName);
    }

    private static byte[] Checked(TpmHandle handle, byte[] computed, Tpm2bName told) => told == new Tpm2bName(computed)
        ? computed
        : throw new TpmSessionException(TpmSessionFault.WrongName, $"The TPM says that {handle} has the Name {told}; by its public area it is {Convert.ToHexString(computed)}.");
}

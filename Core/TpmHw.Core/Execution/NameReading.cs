using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Execution;

/// <summary>What the TPM says that a handle stands for.</summary>
/// <param name="Name">Its Name; empty for a sequence object, which has none.</param>
/// <param name="Index">The public area, if it is an NV index.</param>
internal readonly record struct NameReading(byte[] Name, TpmsNvPublic? Index)
{
    /// <summary>Asks the TPM, and compares the Name with the public area and the handle (Part 1, 16).</summary>
    /// <param name="tpm">Sends the command.</param>
    /// <param name="handle">The handle.</param>
    /// <param name="mayBeSequence">Whether it is for a command that takes sequences: nobody vouches for TPM_RC_SEQUENCE, so that it is believed nowhere else.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmSessionException">They contradict each other.</exception>
    public static NameReading Of(ICommandSender tpm, TpmHandle handle, bool mayBeSequence, CancellationToken cancellationToken)
    {
        try
        {
            if (handle.Type != TpmHt.NvIndex)
            {
                ReadPublic.Response read = tpm.Run<ReadPublic, ReadPublic.Response>(new(handle), cancellationToken);
                return new(Checked(handle, TpmName.Of(read.OutPublic.PublicArea), read.Name), null);
            }

            NvReadPublic.Response index = tpm.Run<NvReadPublic, NvReadPublic.Response>(new(handle), cancellationToken);
            ThrowIfAnother(handle, index.NvPublic.NvPublic);
            return new(Checked(handle, TpmName.Of(index.NvPublic.NvPublic), index.NvName), index.NvPublic.NvPublic);
        }
        catch (TpmCommandException e) when (mayBeSequence && e.Code.Value == TpmRc.Sequence)
        {
            return new([], null);
        }
        catch (NotSupportedException e)
        {
            throw new TpmSessionException(TpmSessionFault.WrongName, $"The TPM answers for {handle} with a public area whose Name can't be computed here: {e.Message}", e);
        }
    }

    /// <summary>Checks that an NV index is the one that was asked for: its handle is part of its public area.</summary>
    /// <exception cref="TpmSessionException">It is another.</exception>
    public static void ThrowIfAnother(TpmHandle handle, in TpmsNvPublic publicArea)
    {
        if (publicArea.NvIndex != handle)
        {
            throw new TpmSessionException(TpmSessionFault.WrongName, $"The TPM was asked for the NV index {handle} and answers with {publicArea.NvIndex}.");
        }
    }

    /// <summary>Has an entity take over its present Name.</summary>
    /// <returns>Whether it had another one before.</returns>
    /// <exception cref="TpmSessionException">Another object is at the handle of an object that is known, or the NV index is another one.</exception>
    public bool GiveTo(TpmEntity entity)
    {
        if (entity.IsNameKnown && entity.IsNamed(Name))
        {
            return false;
        }

        switch (entity)
        {
            case TpmObject:
                throw new TpmSessionException(
                    TpmSessionFault.WrongName, $"Another object is at {entity.Handle} now: its Name is {Convert.ToHexString(Name)}, and was {entity.Name}.");
            case TpmNvIndex known when Index is { } found && !known.IsSameIndexAs(found):
                throw new TpmSessionException(
                    TpmSessionFault.WrongName, $"The NV index {known.Handle} was defined anew: its Name is {Convert.ToHexString(Name)}, and was {known.Name}.");
            case TpmNvIndex index when Index is { } publicArea:
                index.Refresh(publicArea);
                break;
            default:
                entity.SetName(Name);
                break;
        }

        return true;
    }

    private static byte[] Checked(TpmHandle handle, byte[] computed, Tpm2bName told) => told == new Tpm2bName(computed)
        ? computed
        : throw new TpmSessionException(TpmSessionFault.WrongName, $"The TPM says that {handle} has the Name {told}; by its public area it is {Convert.ToHexString(computed)}.");
}

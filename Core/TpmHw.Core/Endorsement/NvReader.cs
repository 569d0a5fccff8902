using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Execution;

namespace TpmHw.Endorsement;

/// <summary>Reads whole NV indices that need no secret, such as the maker's.</summary>
internal static class NvReader
{
    // The least that the platform profile demands of a TPM at once (TPM_PT_NV_BUFFER_MAX).
    private const int AtOnce = 512;

    /// <summary>The contents; empty where there is no such index, or it may not be read.</summary>
    public static ReadOnlyMemory<byte> Read(ICommandSender tpm, TpmHandle index, CancellationToken cancellationToken)
    {
        try
        {
            ushort size = tpm.Run<NvReadPublic, NvReadPublic.Response>(new(index), cancellationToken).NvPublic.NvPublic.DataSize;
            byte[] all = new byte[size];
            for (int done = 0; done < size;)
            {
                ushort some = (ushort)Math.Min(AtOnce, size - done);
                Tpm2bMaxNvBuffer data = tpm.Run<NvRead, NvRead.Response>(new(index, index, some, (ushort)done), cancellationToken).Data;
                if (data.Size != some)
                {
                    throw new TpmFormatException($"{data.Size} bytes of the NV index {index} where {some} were asked for.");
                }

                data.Span.CopyTo(all.AsSpan(done));
                done += some;
            }

            return all;
        }
        catch (TpmCommandException e) when (e.Code.Base.Value != Wire.TpmRc.Initialize)
        {
            return default;
        }
    }
}

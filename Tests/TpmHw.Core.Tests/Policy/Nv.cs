using TpmHw.Spec;

namespace TpmHw.Core.Tests.Policy;

/// <summary>NV indices to test policies with.</summary>
internal static class Nv
{
    /// <summary>Defines an index that its own authorisation value reads and writes.</summary>
    public static TpmNvIndex Define(Tpm2 tpm, uint handle, ushort size, byte[]? auth = null, TpmAlgId nameAlg = TpmAlgId.Sha256, TpmaNvFlags more = TpmaNvFlags.None)
    {
        tpm.Commands.NvDefineSpace(TpmRh.Owner, auth ?? [], new(new(new(handle), nameAlg, TpmaNv.Of(TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | more), default, size)));
        return tpm.OpenNvIndex(new(handle), auth);
    }
}

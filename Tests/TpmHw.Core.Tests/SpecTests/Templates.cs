using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Keys, made by commands that are written by hand.</summary>
internal static class Templates
{
    /// <summary>TPM2_CreatePrimary in the owner hierarchy, from a TPMT_PUBLIC in hexadecimal.</summary>
    public static byte[] CreatePrimary(string template)
    {
        int size = template.Replace(" ", "", StringComparison.Ordinal).Length / 2;
        return Messages.Message(
            TpmHeader.Sessions,
            (uint)TpmCc.CreatePrimary,
            $"40000001 00000009 40000009 0000 00 0000 0004 0000 0000 {size:X4} {template} 0000 00000000");
    }
}

using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>NV indices in policies.</summary>
internal static class PolicyNvIndex
{
    /// <summary>The index as it is when it can be compared: its Name changes with the first write (Part 1, 16).</summary>
    public static TpmsNvPublic Written(TpmsNvPublic index) => index with { Attributes = new(index.Attributes.Value | (uint)TpmaNvFlags.Written) };

    /// <summary>Whether it is the index that the TPM has, and somebody may read it.</summary>
    public static (PolicyObstacleKind Kind, string Evidence)? Check(PolicyRun run, TpmsNvPublic index)
    {
        Tpm2bName name = TpmName.Of(index);
        Tpm2bName there = run.Commands.NvReadPublic(index.NvIndex, cancellationToken: run.Stop).NvName;
        return there != name ? (PolicyObstacleKind.NvDiffers, $"the NV index {index.NvIndex} has the Name {there}, and the policy wants {name}: it was never written, or its attributes are others")
            : run.NvReader(index) is null ? (PolicyObstacleKind.SecretMissing, $"neither the NV index {index.NvIndex} nor a hierarchy that may read it is among the credentials")
            : null;
    }
}

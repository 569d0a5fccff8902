using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Capabilities;

/// <summary>Reads a whole capability, in as many commands as the TPM takes for it (Part 3, 30.2).</summary>
internal static class CapabilityList
{
    private const uint AtOnce = 254;

    public static HashSet<uint> Read(Tpm2Executor.Turn turn, TpmCap capability, CancellationToken cancellationToken)
    {
        var all = new HashSet<uint>();
        uint first = 0;
        for (bool more = true; more;)
        {
            var answer = turn.Run<GetCapability, GetCapability.Response>(new(capability, first, AtOnce), cancellationToken);
            int before = all.Count;
            foreach (uint number in NumbersOf(answer.CapabilityData.Data))
            {
                all.Add(number);
                first = Math.Max(first, number + 1);
            }

            more = answer.MoreData && all.Count > before;
        }

        return all;
    }

    private static IEnumerable<uint> NumbersOf(TpmuCapabilities data) => data switch
    {
        TpmuCapabilities.Commands commands => commands.Items.Select(c => (uint)c.CommandCode),
        TpmuCapabilities.Algorithms algorithms => algorithms.Items.Select(a => (uint)a.Alg),
        TpmuCapabilities.EccCurves curves => curves.Items.Select(c => (uint)c),
        _ => [],
    };
}

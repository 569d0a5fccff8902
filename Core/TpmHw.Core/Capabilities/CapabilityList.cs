using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Execution;
using TpmHw.Wire;

namespace TpmHw.Capabilities;

/// <summary>Reads a whole capability, in as many commands as the TPM takes for it (Part 3, 30.2).</summary>
internal static class CapabilityList
{
    private const uint AtOnce = 254;

    // More than any list of a TPM takes, even if it gives its numbers one by one.
    private const int MaxQuestions = 128;

    public static HashSet<uint> Read(ICommandSender tpm, TpmCap capability, CancellationToken cancellationToken) =>
        Read(tpm, capability, 0, uint.MaxValue, cancellationToken);

    /// <summary>Reads the numbers of a capability from <paramref name="first"/> to <paramref name="last"/>.</summary>
    /// <exception cref="TpmFormatException">There is no end of it.</exception>
    public static HashSet<uint> Read(ICommandSender tpm, TpmCap capability, uint first, uint last, CancellationToken cancellationToken)
    {
        var all = new HashSet<uint>();
        int questions = 0;
        for (bool more = true; more; questions++)
        {
            if (questions == MaxQuestions)
            {
                throw new TpmFormatException($"The TPM has answered {questions} questions for the list {capability.SpecName()}, and says that there is more.");
            }

            var answer = tpm.Run<GetCapability, GetCapability.Response>(new(capability, first, AtOnce), cancellationToken);
            int before = all.Count;
            more = answer.MoreData;
            foreach (uint number in NumbersOf(answer.CapabilityData.Data))
            {
                if (number > last)
                {
                    return all;
                }

                all.Add(number);
                first = Math.Max(first, number + 1);
            }

            more &= all.Count > before;
        }

        return all;
    }

    private static IEnumerable<uint> NumbersOf(TpmuCapabilities data) => data switch
    {
        TpmuCapabilities.Commands commands => commands.Items.Select(c => (uint)c.CommandCode),
        TpmuCapabilities.Algorithms algorithms => algorithms.Items.Select(a => (uint)a.Alg),
        TpmuCapabilities.EccCurves curves => curves.Items.Select(c => (uint)c),
        TpmuCapabilities.Handles handles => handles.Items.Select(h => h.Value),
        _ => [],
    };
}

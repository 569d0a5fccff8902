using TpmHw.Spec;

namespace TpmHw.Cli.Capabilities;

/// <summary>Reads whole capabilities, in as many commands as the TPM needs (Part 3, 30.2).</summary>
internal sealed class CapabilityReader(Tpm2 tpm, CancellationToken cancellationToken)
{
    private const uint AtOnce = 254;

    /// <summary>The algorithms.</summary>
    public List<TpmsAlgProperty> Algorithms() =>
        All(TpmCap.Algs, 0, static d => ((TpmuCapabilities.Algorithms)d).Items, static i => (uint)i.Alg);

    /// <summary>The commands.</summary>
    public List<TpmaCc> Commands() =>
        All(TpmCap.Commands, (uint)TpmCc.NvUndefineSpaceSpecial, static d => ((TpmuCapabilities.Commands)d).Items, static i => (uint)i.CommandCode);

    /// <summary>The PCR banks and the PCRs in them.</summary>
    public IReadOnlyList<TpmsPcrSelection> Pcrs() =>
        tpm.Commands.GetCapability(TpmCap.Pcrs, 0, AtOnce, cancellationToken: cancellationToken).CapabilityData.Data is TpmuCapabilities.AssignedPcrs pcrs ? pcrs.Items : [];

    /// <summary>The properties of one group: TPM_PT_FIXED or TPM_PT_VAR, 256 numbers each (Part 2, 6.13).</summary>
    public List<TpmsTaggedProperty> Properties(uint group) =>
        All(TpmCap.TpmProperties, group, static d => ((TpmuCapabilities.TpmProperties)d).Items, static i => (uint)i.Property, group | 0xFF);

    /// <summary>The elliptic curves.</summary>
    public List<TpmEccCurve> EccCurves() =>
        All(TpmCap.EccCurves, 1, static d => ((TpmuCapabilities.EccCurves)d).Items, static i => (uint)i);

    /// <summary>
    /// The handles of one kind in use; the kind is the first byte of what is asked for (Part 2, 7.2). Asked for saved
    /// sessions, a TPM gives the sessions' own kind, hence an order without it.
    /// </summary>
    public List<TpmHandle> Handles(uint first) =>
        All(TpmCap.Handles, first, static d => ((TpmuCapabilities.Handles)d).Items, h => first | (h.Value & 0x00FF_FFFF));

    private List<TItem> All<TItem>(TpmCap capability, uint first, Func<TpmuCapabilities, IReadOnlyList<TItem>> items, Func<TItem, uint> number, uint last = uint.MaxValue)
    {
        var all = new List<TItem>();
        bool more = true;
        while (more)
        {
            var response = tpm.Commands.GetCapability(capability, first, AtOnce, cancellationToken: cancellationToken);
            IReadOnlyList<TItem> some = items(response.CapabilityData.Data);
            more = response.MoreData && some.Count > 0;
            foreach (TItem item in some)
            {
                if (number(item) < first)
                {
                    throw new TpmFormatException($"{capability.SpecName()} comes out of order: {number(item)} where {first} or more was asked for.");
                }

                if (number(item) > last)
                {
                    return all;
                }

                all.Add(item);
                first = number(item) + 1;
            }
        }

        return all;
    }
}

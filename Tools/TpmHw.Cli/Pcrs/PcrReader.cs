using TpmHw.Cli.Capabilities;
using TpmHw.Cli.Errors;
using TpmHw.Spec;

namespace TpmHw.Cli.Pcrs;

/// <summary>Reads any number of PCRs.</summary>
internal sealed class PcrReader(Tpm2 tpm, CancellationToken cancellationToken)
{
    /// <summary>The PCRs that the TPM has, bank by bank; banks without any are left out.</summary>
    public List<PcrBank> Banks() =>
    [
        .. new CapabilityReader(tpm, cancellationToken).Pcrs()
            .Select(static s => new PcrBank(s.Hash, [.. s.PcrSelect.Pcrs()]))
            .Where(static b => b.Pcrs.Count > 0),
    ];

    /// <summary>Those of the wanted PCRs that a TPM with these banks has.</summary>
    /// <exception cref="CliException">It does not have one of the banks at all.</exception>
    public static List<PcrBank> Present(IEnumerable<PcrBank> wanted, List<PcrBank> banks) =>
        [.. wanted.Select(w => new PcrBank(w.Algorithm, [.. w.Pcrs.Intersect(Find(banks, w.Algorithm).Pcrs)]))];

    /// <summary>A TPM's bank.</summary>
    /// <exception cref="CliException">It does not have that bank.</exception>
    public static PcrBank Find(List<PcrBank> banks, TpmAlgId algorithm) => banks.Find(b => b.Algorithm == algorithm) ?? throw new CliException(
        ExitCode.NotSupported,
        $"This TPM has no PCR bank {SpecText.Algorithm(algorithm)}.",
        "It has " + string.Join(", ", banks.Select(static b => b.Name)) + ".");

    /// <summary>The values of some PCRs of one bank, lowest first. One command gives at most eight (Part 3, 22.4).</summary>
    public List<(int Pcr, byte[] Value)> Read(PcrBank bank)
    {
        var values = new List<(int, byte[])>();
        List<int> left = [.. bank.Pcrs];
        while (left.Count > 0)
        {
            var response = tpm.Commands.PcrRead([new(bank.Algorithm, TpmsPcrSelect.Of([.. left]))], cancellationToken: cancellationToken);
            int[] read = [.. response.PcrSelectionOut.SelectMany(static s => s.PcrSelect.Pcrs())];
            if (read.Length == 0 || read.Length != response.PcrValues.Count)
            {
                throw new TpmFormatException($"{response.PcrValues.Count} values for {read.Length} PCRs of {left.Count} that were asked for.");
            }

            for (int i = 0; i < read.Length; i++)
            {
                values.Add((read[i], response.PcrValues[i].Span.ToArray()));
                left.Remove(read[i]);
            }
        }

        return values;
    }
}

using TpmHw.Crypto;
using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Policy;

/// <summary>A value that a PCR must have.</summary>
/// <param name="Bank">The hash of its bank.</param>
/// <param name="Pcr">Its number.</param>
/// <param name="Value">The value.</param>
public sealed record PolicyPcrValue(TpmAlgId Bank, int Pcr, Tpm2bDigest Value);

/// <summary>TPM2_PolicyPCR: some PCRs have these values (Part 3, 23.7).</summary>
public sealed record PolicyPcr : PolicyElement
{
    /// <summary>PCRs and their values; banks go into the digest in the order in which they first come.</summary>
    /// <exception cref="ArgumentException">There is none, or one is there twice.</exception>
    public PolicyPcr(params IEnumerable<PolicyPcrValue> values)
    {
        // One after the other as the selection has them: by bank, then by number.
        Values = [.. values.GroupBy(v => v.Bank).SelectMany(bank => bank.OrderBy(v => v.Pcr))];
        if (Values.Count == 0 || Values.Select(v => (v.Bank, v.Pcr)).Distinct().Count() < Values.Count)
        {
            throw new ArgumentException("TPM2_PolicyPCR takes PCRs, each of them once.", nameof(values));
        }

        Selection = [.. Values.GroupBy(v => v.Bank).Select(bank => new TpmsPcrSelection(bank.Key, TpmsPcrSelect.Of([.. bank.Select(v => v.Pcr)])))];
    }

    /// <summary>The values, by bank and number.</summary>
    public IReadOnlyList<PolicyPcrValue> Values { get; }

    /// <summary>The PCRs.</summary>
    public TpmlPcrSelection Selection { get; }

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyPcr;

    private protected override string Detail => string.Join(", ", Values.Select(v => $"{v.Bank}:{v.Pcr}"));

    /// <summary>PCRs with the values that they have now.</summary>
    /// <param name="tpm">The TPM.</param>
    /// <param name="bank">The hash of their bank.</param>
    /// <param name="pcrs">Their numbers.</param>
    /// <exception cref="ArgumentException">The TPM has no such bank, or not all of the PCRs.</exception>
    public static PolicyPcr Current(Tpm2 tpm, TpmAlgId bank, params IReadOnlyList<int> pcrs)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        ArgumentNullException.ThrowIfNull(pcrs);
        Dictionary<int, Tpm2bDigest> read = Read(tpm, bank, pcrs);
        return read.Count == pcrs.Distinct().Count()
            ? new(read.Select(r => new PolicyPcrValue(bank, r.Key, r.Value)))
            : throw new ArgumentException($"The TPM has not got all of these PCRs in its bank of {bank.SpecName()}.", nameof(pcrs));
    }

    /// <summary>The digest of the values.</summary>
    public Tpm2bDigest PcrDigest(TpmAlgId hashAlg) => TpmHash.Hash(hashAlg, [.. Values.SelectMany(v => v.Value.Buffer.ToArray())]);

    /// <summary>What PCRs of a bank hold; those that the TPM has not got are left out (TPM2_PCR_Read answers a few at a time).</summary>
    internal static Dictionary<int, Tpm2bDigest> Read(Tpm2 tpm, TpmAlgId bank, IEnumerable<int> pcrs, CancellationToken cancellationToken = default)
    {
        var values = new Dictionary<int, Tpm2bDigest>();
        var left = new SortedSet<int>(pcrs);
        while (left.Count > 0)
        {
            PcrRead.Response read = tpm.Commands.PcrRead([new(bank, TpmsPcrSelect.Of([.. left]))], cancellationToken: cancellationToken);
            int[] got = [.. read.PcrSelectionOut.SelectMany(s => s.PcrSelect.Pcrs())];
            if (got.Length == 0)
            {
                break;
            }

            foreach ((int pcr, Tpm2bDigest value) in got.Zip(read.PcrValues))
            {
                values[pcr] = value;
            }

            left.ExceptWith(got);
        }

        return values;
    }

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyPcr(Selection, PcrDigest(digest.HashAlg));

    internal override PolicyObstacle? Check(PolicyRun run)
    {
        string[] different = [.. Values.Where(v => run.PcrValue(v.Bank, v.Pcr) != v.Value).Select(v =>
            $"PCR {v.Pcr} of {v.Bank} is {(run.PcrValue(v.Bank, v.Pcr) is { } now ? now : "not there")}, and the policy wants {v.Value}")];
        return different.Length == 0 ? null : Obstacle(PolicyObstacleKind.PcrDiffers, string.Join("; ", different));
    }

    internal override void Execute(PolicyRun run) =>
        run.Commands.PolicyPcr(run.Session, PcrDigest(run.Digest.HashAlg), Selection, cancellationToken: run.Stop);
}

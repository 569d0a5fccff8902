using TpmHw.Cli.Errors;
using TpmHw.Spec;

namespace TpmHw.Cli.Pcrs;

/// <summary>PCRs and banks as tpm2-tools take them on the command line.</summary>
internal static class PcrText
{
    /// <summary>The most PCRs that a selection can name (Part 2, 10.6.1: four bytes).</summary>
    public const int Count = 32;

    private const string Example = "For example sha256:0,1,2+sha1:all, or sha256 for a whole bank.";

    /// <summary>
    /// Reads <c>sha256:0,1,2+sha1:all</c>. Several parts of one bank become one.
    /// </summary>
    /// <exception cref="CliException">It has another form.</exception>
    public static List<PcrBank> ParseSelection(string text)
    {
        var banks = new List<PcrBank>();
        foreach (string part in text.Split('+'))
        {
            string[] halves = part.Split(':');
            if (halves.Length > 2)
            {
                throw CliException.Usage($"'{part}' is not a bank and its PCRs.", Example);
            }

            TpmAlgId algorithm = ParseAlgorithm(halves[0]);
            IEnumerable<int> pcrs = halves.Length == 1 ? Enumerable.Range(0, Count) : ParsePcrs(halves[1]);
            int known = banks.FindIndex(b => b.Algorithm == algorithm);
            if (known >= 0)
            {
                banks[known] = new(algorithm, [.. banks[known].Pcrs.Concat(pcrs).Distinct().Order()]);
            }
            else
            {
                banks.Add(new(algorithm, [.. pcrs.Distinct().Order()]));
            }
        }

        return banks;
    }

    /// <summary>Reads a hash algorithm's name or number.</summary>
    /// <exception cref="CliException">It is no hash algorithm.</exception>
    public static TpmAlgId ParseAlgorithm(string text)
    {
        TpmAlgId[] hashes = [.. Enum.GetValues<TpmAlgId>().Where(static a => TpmuHa.SizeFor(a) > 0)];
        foreach (TpmAlgId hash in hashes)
        {
            if (SpecText.Algorithm(hash) == text || (Hex.TryNumber(text, out uint number) && (uint)hash == number))
            {
                return hash;
            }
        }

        throw CliException.Usage($"'{text}' is no hash algorithm.", "Known are " + string.Join(", ", hashes.Select(SpecText.Algorithm)) + ".");
    }

    /// <summary>Reads a PCR's number.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static int ParsePcr(string text) => Hex.TryNumber(text, out uint number) && number < Count
        ? (int)number
        : throw CliException.Usage($"'{text}' is no PCR: they are numbered from 0 to {Count - 1}.", Example);

    private static IEnumerable<int> ParsePcrs(string text) => text switch
    {
        "all" => Enumerable.Range(0, Count),
        "none" => [],
        _ => text.Split(',').Select(ParsePcr),
    };
}

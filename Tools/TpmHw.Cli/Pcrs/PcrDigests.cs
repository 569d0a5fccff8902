using TpmHw.Cli.Errors;
using TpmHw.Spec;

namespace TpmHw.Cli.Pcrs;

/// <summary>A PCR and what it is to be extended with, one digest for each bank.</summary>
internal sealed record PcrDigests(int Pcr, TpmlDigestValues Digests)
{
    private const string Example = "For example 4:sha1=f1d2d2f924e986ac86fdf7b36c94bcdf32beec15.";

    /// <summary>Reads <c>4:sha1=…,sha256=…</c>.</summary>
    /// <exception cref="CliException">It has another form, or a digest is not as long as its algorithm's are.</exception>
    public static PcrDigests Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            throw CliException.Usage($"'{text}' is not a PCR and its digests.", Example);
        }

        TpmtHa[] digests = Array.ConvertAll(text[(colon + 1)..].Split(','), ParseDigest);
        TpmAlgId? twice = digests.GroupBy(static d => d.HashAlg).FirstOrDefault(static g => g.Count() > 1)?.Key;
        return twice is { } algorithm
            ? throw CliException.Usage($"'{text}' has two digests for {SpecText.Algorithm(algorithm)}.", "Write the second as an argument of its own.")
            : new(PcrText.ParsePcr(text[..colon]), TpmlDigestValues.Create(digests));
    }

    private static TpmtHa ParseDigest(string text)
    {
        string[] halves = text.Split('=');
        if (halves.Length != 2)
        {
            throw CliException.Usage($"'{text}' is not an algorithm and a digest.", Example);
        }

        TpmAlgId algorithm = PcrText.ParseAlgorithm(halves[0]);
        byte[] digest = Hex.Bytes(halves[1], "The digest");
        int size = TpmuHa.SizeFor(algorithm)!.Value;
        return digest.Length == size
            ? new(algorithm, digest)
            : throw CliException.Usage($"A digest of {SpecText.Algorithm(algorithm)} has {size} bytes, and '{text}' has {digest.Length}.");
    }
}

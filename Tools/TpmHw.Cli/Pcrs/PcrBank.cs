using TpmHw.Spec;

namespace TpmHw.Cli.Pcrs;

/// <summary>Some PCRs of one bank.</summary>
/// <param name="Algorithm">The bank's hash algorithm.</param>
/// <param name="Pcrs">Their numbers, in rising order.</param>
internal sealed record PcrBank(TpmAlgId Algorithm, IReadOnlyList<int> Pcrs)
{
    /// <summary>The bank's name: sha256.</summary>
    public string Name => SpecText.Algorithm(Algorithm);
}

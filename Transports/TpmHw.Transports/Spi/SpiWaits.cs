namespace TpmHw.Transports.Spi;

/// <summary>The wait bytes that a chip inserts on one register in one direction, as far as it has shown them.</summary>
internal struct SpiWaits
{
    private const int LeastProof = 4, MostProof = 4096;

    private int _alike;
    private int _proof;

    /// <summary>The wait bytes of the last frame.</summary>
    public int Expected { get; private set; }

    /// <summary>Whether enough frames in a row had the same number for the next one to be sent on it.</summary>
    /// <param name="proof">The frames that are enough as long as no surprise has raised their number.</param>
    public readonly bool AreSteady(int proof) => _alike >= Math.Max(_proof, proof);

    /// <summary>Expects what another register showed, where nothing has been seen of this one yet.</summary>
    public void GuessOnce(int count) => Expected = _alike == 0 && _proof == 0 ? count : Expected;

    /// <summary>A frame had so many.</summary>
    public void Saw(int count)
    {
        _alike = count == Expected ? Math.Min(_alike + 1, MostProof) : 1;
        Expected = count;
    }

    /// <summary>A frame that was sent on the expected number had another one. Each time, the proof grows fourfold.</summary>
    public void Surprise(int count)
    {
        _proof = Math.Clamp(_proof * 4, LeastProof, MostProof);
        _alike = 0;
        Expected = count;
    }
}

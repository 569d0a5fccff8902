namespace TpmHw.Transports.Spi;

/// <summary>The wait bytes that a chip inserts on one register in one direction, as far as it has shown them.</summary>
internal struct SpiWaits
{
    private const int FirstProof = 4, MostProof = 4096;

    private int _alike;
    private int _proof;

    /// <summary>The wait bytes of the last frame.</summary>
    public int Expected { get; private set; }

    /// <summary>Whether no frame has been seen yet.</summary>
    public readonly bool IsUnknown => _alike == 0;

    /// <summary>Whether enough frames in a row had the same number for the next one to be sent on it.</summary>
    public readonly bool IsSteady => _alike >= Proof;

    private readonly int Proof => _proof == 0 ? FirstProof : _proof;

    /// <summary>A frame had so many.</summary>
    public void Saw(int count)
    {
        if (count != Expected)
        {
            Surprise(count);
        }

        _alike = Math.Min(_alike + 1, MostProof);
    }

    /// <summary>A frame that was sent whole had another number; steadiness then takes four times the proof.</summary>
    public void Surprise(int count)
    {
        if (IsSteady)
        {
            _proof = Math.Min(Proof * 4, MostProof);
        }

        Expected = count;
        _alike = 0;
    }
}

namespace TpmHw.Spec;

/// <summary>TPMS_PCR_SELECT: a set of PCRs, one bit each, PCR n in bit n % 8 of byte n / 8 (Part 2, 10.6.1).</summary>
[TpmBuffer(4, SizeBytes = 1)]
public readonly partial struct TpmsPcrSelect
{
    /// <summary>Bytes that a set needs at least so that a PC Client TPM takes it: 24 PCRs.</summary>
    private const int UsualSize = 3;

    /// <summary>Whether a PCR is in the set.</summary>
    public bool this[int pcr] => (uint)(pcr / 8) < (uint)Size && (Span[pcr / 8] & 1 << pcr % 8) != 0;

    /// <summary>The set of the given PCRs, in as many bytes as PC Client TPMs ask for, or more where one is above 23.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is below 0 or above 31.</exception>
    public static TpmsPcrSelect Of(params ReadOnlySpan<int> pcrs)
    {
        Span<byte> bits = stackalloc byte[MaxSize];
        int size = UsualSize;
        foreach (int pcr in pcrs)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(pcr);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pcr, 8 * MaxSize);
            bits[pcr / 8] |= (byte)(1 << pcr % 8);
            size = Math.Max(size, pcr / 8 + 1);
        }

        return new(bits[..size].ToArray());
    }

    /// <summary>The PCRs in the set, in rising order.</summary>
    public IEnumerable<int> Pcrs()
    {
        for (int pcr = 0; pcr < 8 * Size; pcr++)
        {
            if (this[pcr])
            {
                yield return pcr;
            }
        }
    }
}

/// <summary>TPMS_PCR_SELECTION: PCRs of one bank (Part 2, 10.6.2).</summary>
[TpmStructure]
public readonly partial record struct TpmsPcrSelection(TpmAlgId Hash, TpmsPcrSelect PcrSelect);

/// <summary>TPML_PCR_SELECTION: PCRs of several banks (Part 2, 10.9.7).</summary>
[TpmList<TpmsPcrSelection>]
public readonly partial struct TpmlPcrSelection;

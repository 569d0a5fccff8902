namespace TpmHw.Simulation;

/// <summary>Bits that arrive inverted, while <see cref="FaultKind.BitFlips"/> is on.</summary>
internal sealed class BitFlipper(FaultBoard faults)
{
    private const uint Seed = 0x2545F491;

    private uint _random = Seed;
    private long _bitsToFlip;

    /// <summary>What arrives of a byte.</summary>
    public byte Carry(byte sent)
    {
        if (!faults.IsOn(FaultKind.BitFlips, out int every))
        {
            return sent;
        }

        every = Math.Max(every, 1);
        if (_bitsToFlip <= 0)
        {
            Draw(every);
        }

        for (int bit = 0; bit < 8; bit++)
        {
            if (--_bitsToFlip == 0)
            {
                sent ^= (byte)(0x80 >> bit);
                Draw(every);
            }
        }

        return sent;
    }

    // Gaps of 1 to 2n-1 bits, n on average, by Marsaglia's xorshift.
    private void Draw(int every)
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        _bitsToFlip = 1 + _random % (2L * every - 1);
    }
}

namespace TpmHw.Simulation;

/// <summary>The wire from the chip to the controller, and what faults do to it.</summary>
internal sealed class MisoLine(FaultBoard faults)
{
    private const uint Seed = 0x2545F491;

    private byte _before;
    private uint _random = Seed;
    private long _bitsToFlip;

    /// <summary>What arrives of a byte that the chip sent.</summary>
    public byte Carry(byte sent)
    {
        byte before = _before;
        _before = sent;
        if (faults.IsOn(FaultKind.MisoFloating) || faults.IsOn(FaultKind.Absent))
        {
            return 0xFF;
        }

        if (faults.IsOn(FaultKind.MisoStuckLow))
        {
            return 0;
        }

        if (faults.IsOn(FaultKind.BitsShifted))
        {
            sent = (byte)(before << 7 | sent >> 1);
        }

        return faults.IsOn(FaultKind.BitFlips, out int every) ? Flip(sent, Math.Max(every, 1)) : sent;
    }

    /// <summary>What a controller makes of data that it stores in words of two bytes.</summary>
    public void Store(Span<byte> data)
    {
        for (int i = 1; faults.IsOn(FaultKind.BytesSwapped) && i < data.Length; i += 2)
        {
            (data[i - 1], data[i]) = (data[i], data[i - 1]);
        }
    }

    private byte Flip(byte sent, int every)
    {
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

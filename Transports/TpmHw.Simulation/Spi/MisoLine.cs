namespace TpmHw.Simulation;

/// <summary>The wire from the chip to the controller, and what faults do to it.</summary>
internal sealed class MisoLine(FaultBoard faults)
{
    private readonly BitFlipper _flipper = new(faults);
    private byte _before;

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

        return _flipper.Carry(faults.IsOn(FaultKind.BitsShifted) ? (byte)(before << 7 | sent >> 1) : sent);
    }

    /// <summary>What a controller makes of data that it stores in words of two bytes.</summary>
    public void Store(Span<byte> data)
    {
        for (int i = 1; faults.IsOn(FaultKind.BytesSwapped) && i < data.Length; i += 2)
        {
            (data[i - 1], data[i]) = (data[i], data[i - 1]);
        }
    }
}

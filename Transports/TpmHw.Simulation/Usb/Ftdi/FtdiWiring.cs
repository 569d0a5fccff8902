namespace TpmHw.Simulation;

/// <summary>What is wired to the sixteen lines of a bridge's channel, ADBUS in the lower byte. Lines that nobody drives are pulled up.</summary>
internal abstract class FtdiWiring(FifoModel tpm)
{
    /// <summary>The TPM that is wired to them.</summary>
    protected FifoModel Tpm { get; } = tpm;

    /// <summary>Whether nothing of it takes place: no time passes, and nothing is held against anybody.</summary>
    public virtual bool IsRehearsal => false;

    /// <summary>Lets another wiring see what the commands that are left will do; set by the engine while it executes them.</summary>
    public Action<FtdiWiring>? Ahead { get; set; }

    /// <summary>The bridge drives its lines to other levels; lines that it lets go are high.</summary>
    public abstract void Drive(ushort levels);

    /// <summary>The levels that the bridge reads.</summary>
    public abstract ushort Read();

    /// <summary>Time passes.</summary>
    public void Pass(long picoseconds)
    {
        if (!IsRehearsal)
        {
            Tpm.Clock.AdvancePicoseconds(picoseconds);
        }
    }

    /// <summary>A rule was broken.</summary>
    public void Record(TpmRule rule, string detail)
    {
        if (!IsRehearsal)
        {
            Tpm.Rules.Record(rule, -1, 0, detail);
        }
    }

    /// <summary>The clock's rate is another one, in hertz.</summary>
    public virtual void SetClock(int hertz)
    {
    }

    /// <summary>Whether a chip holds the clock low although the bridge lets it go; waits for it, up to a time.</summary>
    /// <returns>Whether the clock is high now.</returns>
    public virtual bool WaitForClock(TimeSpan patience) => true;

    /// <summary>Shifts whole bytes at once, where single bits are of no interest.</summary>
    /// <returns>False where they are: then each bit is driven and read.</returns>
    public virtual bool Shift(MpsseShift shift, ReadOnlySpan<byte> output, Span<byte> input) => false;

    /// <summary>Power goes away, and comes back.</summary>
    public virtual void PowerOff() => Tpm.Reset();

    /// <summary>The bridge has done all commands that it has.</summary>
    public virtual void Rest()
    {
    }
}

/// <summary>How bits are shifted, as an opcode below 0x80 says (AN 108, 3.2).</summary>
internal readonly record struct MpsseShift(byte Opcode)
{
    public bool WritesOnFall => (Opcode & 0x01) != 0;

    public bool CountsBits => (Opcode & 0x02) != 0;

    public bool ReadsOnFall => (Opcode & 0x04) != 0;

    public bool IsLowestFirst => (Opcode & 0x08) != 0;

    public bool Writes => (Opcode & 0x10) != 0;

    public bool Reads => (Opcode & 0x20) != 0;

    public bool IsTms => (Opcode & 0x40) != 0;

    /// <summary>Whether it is SPI's mode 0, and I2C: out on the falling edge, in on the rising one.</summary>
    public bool IsMode0 => !IsLowestFirst && (!Writes || WritesOnFall) && (!Reads || !ReadsOnFall);
}

using System.Diagnostics;
using TpmHw.Simulation;
using TpmHw.Transports;

namespace TpmHw.Rig;

/// <summary>A modelled chip in real time, with libtpms behind it.</summary>
internal sealed class ModelChip : IDisposable
{
    // Linux's tpm_tis sends a command's last byte, by which it sees stsExpect fall, without reading burstCount again.
    private static readonly TpmRule[] s_forgiven = [TpmRule.BurstOverrun];

    private readonly long _start = Stopwatch.GetTimestamp();

    public ModelChip(string profile)
    {
        if (profile == AtmelModel.Name)
        {
            Model = new AtmelModel(Tpm(TpmFamily.Tpm12));
            return;
        }

        FifoProfile chip = FifoProfiles.Find(profile) ?? I2cProfiles.Find(profile) ?? throw new ArgumentException($"There is no chip '{profile}'.");
        Model = Fifo = new FifoModel(chip, Tpm(chip.Family));
    }

    public ITpmModel Model { get; }

    /// <summary>The same, where it has a FIFO; null where it has not.</summary>
    public FifoModel? Fifo { get; }

    /// <summary>Lets the model's clock, which the buses move, catch up with the real one.</summary>
    public void CatchUp()
    {
        TimeSpan behind = Stopwatch.GetElapsedTime(_start) - Model.Clock.Now;
        if (behind > TimeSpan.Zero)
        {
            Model.Clock.Advance(behind);
        }
    }

    /// <summary>Writes what the model has against its driver, and what it saw of it.</summary>
    /// <returns>The process's end.</returns>
    public int Report()
    {
        RuleViolation[] violations = [.. Model.Rules.Violations.Where(static v => !s_forgiven.Contains(v.Rule))];
        Console.WriteLine($"farend: {Model.Counters.Frames} frames, {Model.Counters.Bytes} bytes, {violations.Length} rules broken, {Model.Rules.Violations.Count - violations.Length} forgiven");
        foreach (RuleViolation violation in violations.Take(20))
        {
            Console.WriteLine($"farend: {violation}");
        }

        return violations.Length == 0 ? 0 : 1;
    }

    public void Dispose() => Model.Dispose();

    private static ITpmTransport Tpm(TpmFamily family) => TransportCatalog.Default.Open(family == TpmFamily.Tpm12 ? "libtpms:version=1.2" : "libtpms");
}

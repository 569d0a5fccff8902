using System.Diagnostics;
using TpmHw.Simulation;
using TpmHw.Transports;
using TpmHw.Transports.Registers;

namespace TpmHw.Rig;

/// <summary>A modelled chip in real time, with libtpms behind it.</summary>
internal sealed class ModelChip : IDisposable
{
    // What drivers of others do against the rules, and chips take or ignore. TpmHw's own are forgiven nothing.
    private static readonly (string Driver, TpmRule Rule, TpmRegister Register)[] s_forgiven =
    [
        ("linux", TpmRule.BurstOverrun, TpmRegister.DataFifo), // tpm_tis sends a command's last byte, by which it sees stsExpect fall, without reading burstCount again
        ("linux", TpmRule.WithoutLocality, TpmRegister.IntEnable), // tpm_tis_remove switches interrupts off without a locality
        ("pyftdi", TpmRule.UsbOrder, default), // it reads until nothing comes; the bridge answers with its status alone
        ("pyftdi", TpmRule.ClockMode, default), // it takes bits in where the clock falls, at which a chip only begins to change them
    ];

    // A driver of Linux sleeps by jiffies, and an emulated processor that was kept waiting makes up for them in a jump: one
    // sleep in so many frames may be too short. A guard time that a driver does not know would be missed in most of them.
    private const int FramesPerJump = 100;

    private long _last = Stopwatch.GetTimestamp();

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

    public TpmModel Model { get; }

    /// <summary>The same, where it has a FIFO; null where it has not.</summary>
    public FifoModel? Fifo { get; }

    /// <summary>
    /// Lets the model's clock, which its buses move by what a wire would take, go on by the real time since the last use:
    /// a driver's waits count in full. It runs ahead of the real clock, which nobody here compares it with.
    /// </summary>
    public void CatchUp()
    {
        long now = Stopwatch.GetTimestamp();
        Model.Clock.Advance(Stopwatch.GetElapsedTime(_last, now));
        _last = now;
    }

    /// <summary>Writes what the model has against its driver, and what it saw of it.</summary>
    /// <param name="driver">Who drove it, as far as much is forgiven.</param>
    /// <returns>The process's end.</returns>
    public int Report(string? driver)
    {
        bool jumped = driver == "linux" && Model.Rules.Violations.Count(static v => v.Rule == TpmRule.GuardTime) * FramesPerJump <= Model.Counters.Frames;
        RuleViolation[] violations = [.. Model.Rules.Violations.Where(v => !s_forgiven.Contains((driver!, v.Rule, (TpmRegister)v.Offset)) && !(jumped && v.Rule == TpmRule.GuardTime))];
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

using TpmHw.Testing;

namespace TpmHw.Simulation.Tests;

/// <summary>A command that is cancelled in every phase, where the chip heeds commandCancel, ignores it, or has none.</summary>
public sealed class CancelTests
{
    private static readonly TimeSpan s_execution = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("plain", false)]
    [InlineData("plain", true)]
    [InlineData("strict", false)]
    [InlineData("strict", true)]
    [InlineData("npct75x", true)]
    [InlineData("slb9660-tpm12", false)]
    [InlineData("at97sc3204-tpm12", false)]
    public void In_mid_execution_it_ends_as_cancelled_and_the_next_command_works(string profile, bool isIgnored)
    {
        using SimulatedTpm tpm = Open(profile, out byte[] command);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        if (isIgnored)
        {
            tpm.Model.Inject(new Fault(FaultKind.CancelIgnored));
        }

        using var cancel = new CancellationTokenSource();
        tpm.Model.Counters.Clear();
        tpm.Model.ExecutionTime = _ =>
        {
            cancel.Cancel();
            return s_execution;
        };
        TimeSpan start = tpm.Model.Clock.Now;
        OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => tpm.Transmit(command, response, cancel.Token));
        Assert.Equal(cancel.Token, error.CancellationToken);
        Assert.InRange(tpm.Model.Clock.Now - start, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // TIMEOUT_B at most
        Assert.Equal(1, tpm.Model.Counters.TotalExecutions);
        AssertWorks(tpm, command);
    }

    [Theory]
    [InlineData("plain", FaultPhase.Send)]
    [InlineData("plain", FaultPhase.Go)]
    [InlineData("plain", FaultPhase.Execute)]
    [InlineData("plain", FaultPhase.Receive)]
    [InlineData("plain", FaultPhase.Finish)]
    [InlineData("strict", FaultPhase.Send)]
    [InlineData("strict", FaultPhase.Go)]
    [InlineData("strict", FaultPhase.Receive)]
    [InlineData("slb9660-tpm12", FaultPhase.Send)]
    [InlineData("slb9660-tpm12", FaultPhase.Go)]
    [InlineData("slb9660-tpm12", FaultPhase.Execute)]
    [InlineData("slb9660-tpm12", FaultPhase.Receive)]
    public void In_any_phase_it_is_cancelled_or_done_and_executed_once_at_most(string profile, FaultPhase phase)
    {
        using SimulatedTpm tpm = Open(profile, out byte[] command);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        using var cancel = new CancellationTokenSource();
        tpm.Model.Inject(new Fault(FaultKind.CancelIgnored));
        tpm.Model.Counters.Clear();
        tpm.SpiPort!.Observer = _ =>
        {
            if (tpm.Model.Phase == phase && tpm.Model.Counters.Frames > 1)
            {
                cancel.Cancel();
            }
        };
        Exception? error = Record.Exception(() => Assert.Equal(20, tpm.Transmit(command, response, cancel.Token)));
        tpm.SpiPort!.Observer = null;
        Assert.True(cancel.IsCancellationRequested, "the phase never came");
        Assert.True(error is null or OperationCanceledException, error?.ToString());
        Assert.InRange(tpm.Model.Counters.TotalExecutions, error is null ? 1 : 0, 1);
        AssertWorks(tpm, command);
    }

    private static void AssertWorks(SimulatedTpm tpm, byte[] command)
    {
        tpm.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.Zero);
        int before = tpm.Model.Counters.TotalExecutions;
        Assert.Equal(20, tpm.Transmit(command, new byte[tpm.Info.MaxResponseSize]));
        Assert.Equal(before + 1, tpm.Model.Counters.TotalExecutions);
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
    }

    private static SimulatedTpm Open(string profile, out byte[] command)
    {
        FifoProfile chip = FifoProfiles.Find(profile)!;
        command = RawCommands.GetRandom(chip.Family, 8);
        return SimulatedTpm.OnSpi(new FifoModel(chip, CannedTpm.OfSize(chip.Family, 20)) { ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(2)) });
    }
}

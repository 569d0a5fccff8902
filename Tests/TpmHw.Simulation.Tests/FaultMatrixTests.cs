using TpmHw.Testing;
using TpmHw.Testing.Programs;

namespace TpmHw.Simulation.Tests;

/// <summary>The fault matrix: one test for each fault on each bus, with all phases and lengths.</summary>
public class FaultMatrixTests
{
    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (FaultBus bus in FaultBus.All)
            {
                foreach (FaultTrial trial in bus.Trials)
                {
                    rows.Add(bus.Name, trial.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_phase_ends_in_the_right_response_or_a_named_error(string busName, string trialName)
    {
        FaultBus bus = FaultBus.All.Single(b => b.Name == busName);
        FaultTrial trial = bus.Trials.Single(t => t.Name == trialName);
        IReadOnlyList<FaultCell> cells = FaultMatrix.Try(bus, trial);
        Assert.Equal("", string.Join('\n', cells.SelectMany(static c => c.Problems)));
    }

    [Fact]
    public void No_fault_of_any_bus_is_untried()
    {
        foreach (FaultBus bus in FaultBus.All)
        {
            Assert.Equal([], bus.Faults.Except(bus.Trials.Select(static t => t.Kind)));
        }
    }

    [Fact]
    public void The_documentation_has_what_is_found()
    {
        string found = FaultMatrix.Document(FaultBus.All.Select(static bus => (bus, bus.Trials.Select(trial => FaultMatrix.Try(bus, trial)))));
        Assert.Equal(found, File.ReadAllText(Path.Combine(Repository.Root, "docs/fault-matrix.md")));
    }
}

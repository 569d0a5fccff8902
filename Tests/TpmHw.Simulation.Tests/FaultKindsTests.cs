namespace TpmHw.Simulation.Tests;

/// <summary>Which fault exists on which bus.</summary>
public class FaultKindsTests
{
    public static TheoryData<string> Buses => [.. SimulatedTpm.Descriptor.Options.Single(static o => o.Name == "bus").Choices];

    [Theory]
    [MemberData(nameof(Buses))]
    public void Every_bus_says_what_can_go_wrong_on_it(string bus)
    {
        IReadOnlyList<FaultKind> kinds = FaultKinds.On(bus);
        Assert.Contains(FaultKind.Hang, kinds);
        Assert.Equal(kinds.Distinct(), kinds);
    }

    [Fact]
    public void Every_kind_is_on_some_bus() =>
        Assert.Equal(Enum.GetValues<FaultKind>(), FaultKinds.Buses.SelectMany(FaultKinds.On).Distinct().Order());

    [Fact]
    public void An_unknown_bus_is_refused_with_what_there_is() =>
        Assert.Contains("mmio-crb", Assert.Throws<ArgumentException>(static () => FaultKinds.On("lpc")).Message, StringComparison.Ordinal);
}

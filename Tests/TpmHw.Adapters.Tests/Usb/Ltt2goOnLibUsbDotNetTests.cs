using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.LibUsbDotNet;
using TpmHw.Transports.Usb;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>The stick's driver over LibUsbDotNet, in front of the modelled stick.</summary>
internal static class Ltt2goOnLibUsbDotNet
{
    public static SimulatedTpm Open(FifoModel model, FaultTrial? trial = null)
    {
        var bus = new LibUsbDotNetBus(new ModelContext(UsbModelBus.WithLtt2go(model)), model.Clock) { ClearHalt = ModelContext.ClearHalt };
        ITpmTransport OpenDriver() => Ltt2goTransport.Open(bus, options: trial is null ? null : FaultBus.OptionsFor(trial));
        return new SimulatedTpm(OpenDriver(), model, OpenDriver);
    }
}

public abstract class Ltt2goOnLibUsbDotNetConformance(string profile) : AdapterConformance(profile)
{
    protected override ITpmTransport OpenOn(FifoModel model) => Ltt2goOnLibUsbDotNet.Open(model);
}

[Collection(LibUsbDotNetTests.Name)]
public sealed class Slb9670OnLibUsbDotNet() : Ltt2goOnLibUsbDotNetConformance("slb9670");

[Collection(LibUsbDotNetTests.Name)]
public sealed class Slb9672OnLibUsbDotNet() : Ltt2goOnLibUsbDotNetConformance("slb9672");

/// <summary>The fault matrix over it, and what else a stick can do.</summary>
[Collection(LibUsbDotNetTests.Name)]
public sealed class Ltt2goOnLibUsbDotNetTests
{
    private static readonly FaultBus s_bus = new("ltt2go", static (tpm, trial) => Ltt2goOnLibUsbDotNet.Open(new FifoModel(FifoProfiles.Plain, tpm), trial))
    {
        HoldsChipSelect = false,
    };

    public static TheoryData<string> Rows => [.. s_bus.Trials.Select(static t => t.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_phase_ends_in_the_right_response_or_a_named_error(string trialName)
    {
        IReadOnlyList<FaultCell> cells = FaultMatrix.Try(s_bus, s_bus.Trials.Single(t => t.Name == trialName));
        Assert.Equal("", string.Join('\n', cells.SelectMany(static c => c.Problems)));
    }

    [Fact]
    public void Two_programs_that_want_one_stick_get_a_clear_answer()
    {
        var model = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 10));
        var context = new ModelContext(UsbModelBus.WithLtt2go(model));
        using ITpmTransport first = Ltt2goTransport.Open(new LibUsbDotNetBus(context, model.Clock));

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Ltt2goTransport.Open(new LibUsbDotNetBus(context, model.Clock)));

        Assert.Equal(TpmFault.Busy, error.Fault);
        Assert.NotEmpty(error.Advice);
    }
}

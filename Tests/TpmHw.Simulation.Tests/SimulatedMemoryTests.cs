using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Simulation.Tests;

/// <summary>The drivers of this library on the models in memory.</summary>
public class SimulatedMemoryTests
{
    public static TheoryData<string> FifoProfiles => [.. Simulation.FifoProfiles.InMemory.Select(static p => p.Name)];

    public static TheoryData<string> CrbProfiles => [.. Simulation.CrbProfiles.All.Select(static p => p.Name)];

    [Theory]
    [MemberData(nameof(FifoProfiles))]
    public void Every_chip_with_a_fifo_answers_and_no_rule_is_broken(string profile) => Simulated.Answers($"sim:mmio-fifo,profile={profile}");

    [Theory]
    [MemberData(nameof(CrbProfiles))]
    public void Every_crb_answers_and_no_rule_is_broken(string profile) => Simulated.Answers($"sim:mmio-crb,profile={profile}");

    [Theory]
    [InlineData("sim:mmio-fifo")]
    [InlineData("sim:mmio-fifo,profile=st33,burst=8,static=yes,execute=100,version=2.0")]
    [InlineData("sim:mmio-fifo,burst=1")]
    [InlineData("sim:mmio-fifo,fault=burst-zero@send*3+data-avail-late:50")]
    [InlineData("sim:mmio-crb")]
    [InlineData("sim:mmio-crb,profile=chunking,execute=100")]
    [InlineData("sim:mmio-crb,fault=command-ready-late:500+grant-late:100")]
    public void A_connection_string_opens_it(string connectionString)
    {
        using SimulatedTpm tpm = Simulated.Answers(connectionString);
        Assert.Equal(connectionString, tpm.Info.Name);
        Assert.Equal("sim", tpm.Info.Kind);
        Assert.Null(tpm.SpiPort);
    }

    [Theory]
    [InlineData("sim:mmio-fifo,wait=1", "'wait' means nothing on mmio-fifo")]
    [InlineData("sim:mmio-fifo,hz=1000000", "'hz' means nothing on mmio-fifo")]
    [InlineData("sim:mmio-fifo,hold=no", "'hold' means nothing on mmio-fifo")]
    [InlineData("sim:mmio-fifo,profile=cr50", "'cr50' is no chip on mmio-fifo (it is woken by chip select")]
    [InlineData("sim:mmio-crb,version=1.2", "'version' means nothing on mmio-crb")]
    [InlineData("sim:mmio-crb,profile=slb9670", "there are qemu, strict")]
    [InlineData("sim:mmio-crb,fault=burst-zero", "'burst-zero' is no fault of mmio-crb; there are absent")]
    [InlineData("sim:mmio-fifo,fault=fatal-error", "'fatal-error' is no fault of mmio-fifo; there are absent")]
    public void What_is_not_understood_is_refused_with_what_would_be(string connectionString, string hint)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Simulated.Open(connectionString));
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }
}

using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Simulation.Tests;

/// <summary>The drivers of this library on the models: SPI framing and FIFO driver, on every chip.</summary>
public class SimulatedSpiTests
{
    public static TheoryData<string> Profiles => [.. FifoProfiles.All.Select(static p => p.Name)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_chip_answers_and_no_rule_is_broken(string profile) => Simulated.Answers($"sim:spi,profile={profile}");

    [Theory]
    [InlineData("sim:spi")]
    [InlineData("sim")]
    [InlineData("sim:profile=st33,wait=0,burst=8,static=yes,hz=24000000,execute=100,version=2.0")]
    [InlineData("sim:spi,hold=no")]
    [InlineData("sim:spi,hold=no,wait=2")]
    [InlineData("sim:spi,wait=255")]
    [InlineData("sim:spi,burst=1")]
    [InlineData("sim:spi,fault=burst-zero@send*3+data-avail-late:50")]
    public void A_connection_string_opens_it(string connectionString)
    {
        using SimulatedTpm tpm = Simulated.Open(connectionString);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), response);
        Assert.Equal(28, tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 16), response));
        Assert.Equal(connectionString, tpm.Info.Name);
        Assert.Equal("sim", tpm.Info.Kind);
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Theory]
    [InlineData("sim:lpc", "spi")]
    [InlineData("sim:spi,profile=slb9999", "slb9670")]
    [InlineData("sim:spi,wait=256", "0 to 255")]
    [InlineData("sim:spi,burst=0", "1 to 1024")]
    [InlineData("sim:spi,hz=10", "1000")]
    [InlineData("sim:spi,fault=gremlins", "miso-floating")]
    [InlineData("sim:spi,fault=hang@night", "execute")]
    [InlineData("sim:spi,fault=wait-states:many", "many")]
    public void What_is_not_understood_is_refused_with_what_would_be(string connectionString, string hint)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Simulated.Open(connectionString));
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalogue_takes_it_once()
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        Assert.Equal("sim", Assert.Single(catalog.Descriptors).Name);
        Assert.Throws<ArgumentException>(() => SimulationTransports.AddTo(catalog));
    }
}

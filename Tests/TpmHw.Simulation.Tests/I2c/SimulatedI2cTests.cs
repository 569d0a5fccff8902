using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Simulation.Tests.I2c;

/// <summary>The drivers of this library on the models on I2C.</summary>
public class SimulatedI2cTests
{
    public static TheoryData<string> Profiles => [.. I2cProfiles.All.Select(static p => p.Name), AtmelModel.Name];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_chip_answers_and_no_rule_is_broken(string profile) => Simulated.Answers($"sim:i2c,profile={profile}");

    [Theory]
    [InlineData("sim:i2c")]
    [InlineData("sim:i2c,profile=st33ktpm2xi2c,burst=8,static=yes,hz=400000,execute=100,version=2.0")]
    [InlineData("sim:i2c,hz=1000000")]
    [InlineData("sim:i2c,burst=1")]
    [InlineData("sim:i2c,irq=yes,execute=5000")]
    [InlineData("sim:i2c,irq=dead,verify=yes")]
    [InlineData("sim:i2c,fault=nack-every:3+nack-storm@send*5")]
    [InlineData("sim:i2c,fault=command-damaged:11*2+response-damaged:11*2")]
    public void A_connection_string_opens_it(string connectionString)
    {
        using SimulatedTpm tpm = Simulated.Answers(connectionString);
        Assert.Equal(connectionString, tpm.Info.Name);
        Assert.Equal("sim", tpm.Info.Kind);
        Assert.NotNull(tpm.I2cPort);
        Assert.Null(tpm.SpiPort);
    }

    [Theory]
    [InlineData("sim:i2c,wait=1", "'wait' means nothing on i2c")]
    [InlineData("sim:i2c,hold=no", "'hold' means nothing on i2c")]
    [InlineData("sim:i2c,hz=10", "1000")]
    [InlineData("sim:i2c,profile=slb9670", "slb9673")]
    [InlineData("sim:i2c,profile=at97sc3204t,burst=4", "'burst' means nothing on i2c")]
    [InlineData("sim:i2c,profile=cr50-i2c,irq=yes", "'irq' means nothing on cr50-i2c")]
    [InlineData("sim:i2c,fault=wait-states:1", "nack-storm")]
    public void What_is_not_understood_is_refused_with_what_would_be(string connectionString, string hint)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Simulated.Open(connectionString));
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chips_on_i2c_are_a_list_of_their_own()
    {
        Assert.Equal(I2cProfiles.All.Count, I2cProfiles.All.Select(static p => p.Name).Except(FifoProfiles.All.Select(static p => p.Name)).Count());
        Assert.All(I2cProfiles.All, static p => Assert.NotNull(p.I2c));
        Assert.All(I2cProfiles.All, static p => Assert.NotEmpty(p.Source));
        Assert.All(FifoProfiles.All, static p => Assert.Null(p.I2c));
        Assert.Throws<ArgumentException>(static () => new I2cModelPort(new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 10))));
    }

    [Theory]
    [InlineData("slb9635-i2c", 1260)]
    [InlineData("slb9645", 1260)]
    [InlineData("st33zp24", 2048)]
    [InlineData("npct501", 4096)]
    [InlineData("slb9673", 4096)]
    public void A_command_is_as_long_as_the_chip_takes_it(string name, int size)
    {
        FifoProfile profile = I2cProfiles.Find(name)!;
        byte[] biggest = RawCommands.Biggest(profile.Family, size);
        using SimulatedTpm tpm = Open(profile);
        Assert.Equal(size, tpm.Info.MaxCommandSize);
        Assert.Equal(10, tpm.Transmit(biggest, new byte[tpm.Info.MaxResponseSize]));
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));

        using SimulatedTpm smaller = Open(profile with { BufferSize = size - 1 });
        Assert.Throws<TpmTransportException>(() => smaller.Transmit(biggest, new byte[smaller.Info.MaxResponseSize]));
        Assert.NotEmpty(smaller.Model.Rules.Violations);

        static SimulatedTpm Open(FifoProfile profile) => SimulatedTpm.OnI2c(new FifoModel(profile, CannedTpm.OfSize(profile.Family, 10)));
    }
}

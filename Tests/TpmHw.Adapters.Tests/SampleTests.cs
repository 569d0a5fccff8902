using TpmHw.Testing.Programs;

namespace TpmHw.Adapters.Tests;

/// <summary>The sample RaspberryPi, on its model.</summary>
public class SampleTests
{
    [Theory]
    [InlineData("spi")]
    [InlineData("spi-cs")]
    [InlineData("i2c")]
    public async Task It_prints_what_its_readme_shows(string bus)
    {
        ProgramRun run = (await Run(bus, "--model")).Succeeded();
        Assert.Matches("^reset\n[0-9A-F]{32}\n$", run.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("usb")]
    [InlineData("spi", "i2c")]
    public async Task It_says_what_it_takes(params string[] arguments) => Assert.Equal(2, (await Run(arguments)).ExitCode);

    private static Task<ProgramRun> Run(params string[] arguments) => ProgramRun.Of(Repository.Program("Samples/RaspberryPi", "RaspberryPi"), arguments);
}

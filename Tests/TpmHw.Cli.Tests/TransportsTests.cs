using TpmHw.Transports;

namespace TpmHw.Cli.Tests;

public sealed class TransportsTests
{
    [Fact]
    public void Every_transport_is_described_with_all_of_its_options()
    {
        string text = CliRun.Of("transports").Text;

        Assert.All(TransportCatalog.Default.Descriptors, transport =>
        {
            Assert.Contains($"\n{transport.Name}: {transport.Summary}\n", text, StringComparison.Ordinal);
            Assert.Contains(transport.Example, text, StringComparison.Ordinal);
            Assert.All(transport.Options, option => Assert.Contains(option.Meaning, text, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void One_can_be_described_alone()
    {
        CliRun run = CliRun.Of("transports", "swtpm");

        Assert.StartsWith("swtpm: ", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mssim", run.Text, StringComparison.Ordinal);
        Assert.Equal("swtpm", Assert.Single(CliRun.Of("transports", "swtpm", "--json").Json.EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(2, CliRun.Of("transports", "nothing").ExitCode);
    }
}

using TpmHw.Transport;

namespace TpmHw.Cli.Tests;

public sealed class ProbeTests
{
    [Fact]
    public void What_works_is_what_auto_takes()
    {
        CliRun run = CliRun.Of(["probe"], transport: Transport(static settings => new ReplayTransport(new StringReader("tpmhw-recording 1 family=2.0\n"))));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("test:here: works\n  family  TPM 2.0\n", run.Text, StringComparison.Ordinal);
        Assert.Contains("'auto' takes test:here.", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_work_says_why_and_what_to_do()
    {
        CliRun run = CliRun.Of(["probe"], transport: Transport(static _ => throw new TpmTransportException(TpmFault.AccessDenied, "No right.", "mode 600", "Ask.")));

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("test:here: no\n  why    No right.\n  seen   mode 600\n  to do  Ask.\n", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_be_something_else_is_named_and_left_alone()
    {
        TransportDescriptor transport = Transport(static _ => throw new InvalidOperationException("opened")) with
        {
            FindCandidates = static () => [],
            FindUnasked = static () => [("test:there", "It may be a printer.")],
        };
        CliRun run = CliRun.Of(["probe"], transport: transport);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("test:there: not tried\n  why  It may be a printer.\n", run.Text, StringComparison.Ordinal);
    }

    private static TransportDescriptor Transport(Func<TransportSettings, ITpmTransport> open) => new()
    {
        Name = "test",
        Summary = "for tests",
        Example = "test:here",
        Options = [new("place", "where") { IsPositional = true }],
        FindCandidates = static () => ["test:here"],
        Open = open,
    };
}

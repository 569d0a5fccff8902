namespace TpmHw.Cli.Tests;

public sealed class PipeTests
{
    [Fact]
    public void Commands_are_answered_until_the_input_ends()
    {
        CliRun run = CliRun.Of(["pipe", "--tpm", "libtpms"], Convert.FromHexString("80010000000c00000144000080010000000c0000017b0002"));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(10 + 14, run.Bytes.Length);
    }

    [Fact]
    public void Half_a_command_is_an_error()
    {
        CliRun run = CliRun.Of(["pipe", "--tpm", "libtpms"], [0x80, 0x01]);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("ended inside a command", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_can_type_commands()
    {
        Assert.Equal(2, CliRun.Of(["pipe", "--tpm", "libtpms"], terminal: true).ExitCode);
    }
}

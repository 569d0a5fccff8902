using System.Diagnostics;
using System.Runtime.InteropServices;
using TpmHw.Testing.Programs;

namespace TpmHw.Cli.Tests;

/// <summary>What only the process itself can show: its streams, its signals, its exit code.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_reader_that_leaves_early_is_no_error()
    {
        ProgramRun run = await Shell($"{Repository.Tpmhw} --tpm libtpms getcap commands | head -1");

        Assert.Equal((0, "TPM2_CC_NV_UndefineSpaceSpecial:\n", ""), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public async Task Two_runs_write_to_one_file_one_after_the_other()
    {
        using var folder = new TemporaryFolder();
        await Shell($"({Repository.Tpmhw} rc-decode 0x101; {Repository.Tpmhw} rc-decode 0x922) >{folder.File("both")}");

        Assert.Matches("^tpm:error(.|\n)*\ntpm:warn", File.ReadAllText(folder.File("both")));
    }

    [Fact]
    public async Task A_full_disk_is_an_error()
    {
        ProgramRun run = await Shell($"{Repository.Tpmhw} --tpm libtpms getrandom 8 >/dev/full");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("tpmhw: Standard output: ", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_it_in_order(string signal)
    {
        // A shell's background job ignores SIGINT, and so would all that it starts.
        using Process pipe = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", Repository.Tpmhw, "pipe", "--tpm", "libtpms"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")) },
        })!;

        // Once it has answered it is past everything that happens at the start.
        await pipe.StandardInput.BaseStream.WriteAsync(Convert.FromHexString("80010000000c000001440000"));
        await pipe.StandardInput.BaseStream.FlushAsync();
        await pipe.StandardOutput.BaseStream.ReadExactlyAsync(new byte[10]).AsTask().WaitAsync(s_patience);
        (await Shell($"kill -{signal} {pipe.Id}")).Succeeded();
        await pipe.WaitForExitAsync().WaitAsync(s_patience);

        Assert.Equal(130, pipe.ExitCode);
        Assert.StartsWith("tpmhw: Interrupted", await pipe.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static Task<ProgramRun> Shell(string command) => ProgramRun.Of("bash", ["-o", "pipefail", "-c", command]);
}

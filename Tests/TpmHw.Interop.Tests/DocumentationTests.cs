using System.Text.RegularExpressions;
using TpmHw.Testing.Programs;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Interop.Tests;

/// <summary>What README.md and docs/ show is true: commands run, programs compile, tables are complete.</summary>
[Collection(SharedTpm.Name)]
public sealed partial class DocumentationTests(SharedTpm tpm)
{
    private const string Prompt = "$ ";

    /// <summary>Every line after a prompt in a console block, and where it stands.</summary>
    public static TheoryData<string, string> Commands() => Of(static _ => true);

    /// <summary>Those that take any TPM; <see cref="EndorsementCertificateTests"/> has one that a maker has certified.</summary>
    public static TheoryData<string, string> CommandsForAnyTpm() => Of(static command => !NeedsMaker(command));

    /// <summary>Whether a command takes the certificates of makers.</summary>
    internal static bool NeedsMaker(string command) => command.Contains("--trust", StringComparison.Ordinal);

    /// <summary>Every line after a prompt in a console block, and where it stands.</summary>
    internal static IEnumerable<(string Place, string Command)> Shown() =>
        from block in Markdown.Blocks("console")
        from line in block.Text.Split('\n').Index()
        where line.Item.StartsWith(Prompt, StringComparison.Ordinal)
        select ($"{block.File}:{block.Line + line.Index}", line.Item[Prompt.Length..]);

    [Theory]
    [MemberData(nameof(CommandsForAnyTpm))]
    public async Task A_command_that_is_shown_runs(string place, string command)
    {
        // These two build first, and the second is what runs this test: what is left of them.
        string here = command switch
        {
            "./demo.sh" => "tpmhw demo",
            "./test.sh" => $"test -x {Repository.Root}/test.sh",
            _ => TpmOption().Replace(command, static option => option.Groups[1].Value == "libtpms" ? option.Value : ""),
        };
        var environment = new Dictionary<string, string?>(tpm.Environment)
        {
            ["PATH"] = $"{Path.GetDirectoryName(Repository.Tpmhw)}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        ProgramRun run = await ProgramRun.Of("bash", ["-euo", "pipefail", "-c", here], environment, tpm.Scratch);
        Assert.True(run.ExitCode == 0, $"{place}: {run}");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_connection_string_that_is_shown_is_understood(string place, string command)
    {
        foreach (string connectionString in TpmOption().Matches(command).Select(static m => m.Groups[1].Value))
        {
            string[] parts = connectionString.Split(':', 2);
            TransportDescriptor? descriptor = TransportCatalog.Default.Descriptors.FirstOrDefault(d => d.Name == parts[0]);
            Assert.True(descriptor is not null, $"{place}: there is no transport '{parts[0]}'.");
            TransportSettings.Parse(descriptor with { Options = [.. descriptor.Options, .. ProtectionOptions.All] }, connectionString, parts.ElementAtOrDefault(1) ?? "");
        }
    }

    [Fact]
    public void A_program_that_is_shown_is_one_of_the_samples()
    {
        string[] samples = [.. Directory.GetFiles(Path.Combine(Repository.Root, "Samples"), "*.cs", SearchOption.AllDirectories)
            .Select(static f => File.ReadAllText(f))];
        Markdown[] programs = [.. Markdown.Blocks("csharp")];
        Assert.NotEmpty(programs);
        Assert.All(programs, program => Assert.Contains(program.Text, samples));
    }

    [Fact]
    public async Task The_demo_prints_what_the_readme_shows()
    {
        Markdown block = Markdown.Blocks("console").Single(static b => b.Text.StartsWith("$ ./demo.sh", StringComparison.Ordinal));
        ProgramRun demo = (await tpm.Tpmhw("demo")).Succeeded();

        // Line by line and in order, but for what differs from TPM to TPM, and for the lines that an ellipsis stands for.
        var shown = new Queue<string>(block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Where(static l => l != "…"));
        foreach (string line in demo.Output.Split('\n'))
        {
            if (shown.TryPeek(out string? next) && Digits().Replace(next, "#") == Digits().Replace(line, "#"))
            {
                shown.Dequeue();
            }
        }

        Assert.Empty(shown);
    }

    [Fact]
    public async Task The_sample_GetRandom_prints_sixteen_bytes()
    {
        ProgramRun run = (await ProgramRun.Of(Repository.Program("Samples/GetRandom", "GetRandom"), [])).Succeeded();
        Assert.Matches("^[0-9A-F]{32}\n$", run.Output);
    }

    [Fact]
    public async Task The_sample_SealToPcrs_gets_its_secret_back_until_a_PCR_changes()
    {
        ProgramRun run = (await ProgramRun.Of(Repository.Program("Samples/SealToPcrs", "SealToPcrs"), [])).Succeeded();
        Assert.Matches("^sealed    [0-9]+ bytes\nunsealed  the key of the disk\nthen      The policy can't be satisfied now.*PCR 16 .*\n$", run.Output);
    }

    [Fact]
    public async Task The_sample_PinnedTpm_knows_its_TPM_again_and_refuses_another_one()
    {
        string program = Repository.Program("Samples/PinnedTpm", "PinnedTpm");
        DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(tpm.Scratch, "pinned"));
        string name = "";
        foreach (string level in (string[])["\\w+", "Pinned"])
        {
            ProgramRun run = (await ProgramRun.Of(program, [$"libtpms:{folder.FullName}/state"], folder: folder.FullName)).Succeeded();
            Match bus = Regex.Match(run.Output, $"^random  [0-9A-F]{{32}}\nbus     {level}, (000B[0-9A-F]{{64}})\n$");
            Assert.True(bus.Success, run.ToString());
            Assert.Contains(name, bus.Groups[1].Value, StringComparison.Ordinal);
            name = bus.Groups[1].Value;
        }

        ProgramRun other = await ProgramRun.Of(program, ["libtpms"], folder: folder.FullName);
        Assert.NotEqual(0, other.ExitCode);
        Assert.Contains($"remove the file '{folder.FullName}/tpm.pin'", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_Tpm2Go_runs_on_the_sticks_model_and_says_what_is_missing_without_a_stick()
    {
        string program = Repository.Program("Samples/Tpm2Go", "Tpm2Go");
        ProgramRun run = (await ProgramRun.Of(program, ["--simulate"])).Succeeded();
        Assert.Matches("^stick   sim:ltt2go\nmaker   IBM\nrandom  [0-9A-F]{32}\n$", run.Output);
        run = await ProgramRun.Of(program, ["no stick has such a serial number"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no LetsTrust-TPM2Go", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spi")]
    [InlineData("i2c")]
    public async Task The_sample_Ft232hBreakout_runs_on_the_bridges_model_and_says_what_is_missing_without_a_bridge(string bus)
    {
        string program = Repository.Program("Samples/Ft232hBreakout", "Ft232hBreakout");
        ProgramRun run = (await ProgramRun.Of(program, [bus, "--simulate"])).Succeeded();
        Assert.Matches("^reset\n[0-9A-F]{32}\n$", run.Output);
        run = await ProgramRun.Of(program, [bus, "no bridge has such a serial number"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no FTDI bridge", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_transports_in_the_readme_is_complete()
    {
        string table = string.Concat(TransportCatalog.Default.Descriptors.Select(static d => $"| `{d.Example}` | {d.Summary} |\n"));
        CheckReadmeHas(table);
    }

    [Fact]
    public void Every_way_to_a_tpm_that_linux_has_is_tried_on_something_of_others()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "Tests/Rig/legs")).Where(static l => l.Count(static c => c == '|') == 3).Select(static l => l.Split('|')[2].Trim())];
        Assert.All(
            TransportCatalog.Default.Descriptors.Select(static d => d.Name).Where(static n => n != "tbs"),
            name => Assert.Contains(rows, row => Regex.IsMatch(row, $"^{name}(:|,|$)")));
    }

    [Fact]
    public async Task The_table_of_exit_codes_in_the_readme_is_that_of_the_help()
    {
        ProgramRun help = (await tpm.Tpmhw("--help")).Succeeded();
        string table = string.Concat(ExitCode().Matches(help.Output).Select(static m => $"| {m.Groups[1].Value} | {m.Groups[2].Value} |\n"));
        Assert.NotEmpty(table);
        CheckReadmeHas(table);
    }

    private static TheoryData<string, string> Of(Func<string, bool> wanted)
    {
        var commands = new TheoryData<string, string>();
        foreach ((string place, string command) in Shown().Where(s => wanted(s.Command)))
        {
            commands.Add(place, command);
        }

        return commands;
    }

    private static void CheckReadmeHas(string table) => Assert.True(
        File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Contains(table, StringComparison.Ordinal),
        $"The rows in README.md should be:\n{table}");

    [GeneratedRegex(@"\b(0x)?[0-9a-f]*[0-9][0-9a-f]*\b|\b[0-9a-f]{64}\b")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^  (\d+) +(.+)$", RegexOptions.Multiline)]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"--tpm[ =](\S+)")]
    private static partial Regex TpmOption();
}

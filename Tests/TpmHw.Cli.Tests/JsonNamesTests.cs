using System.Text.Json;
using TpmHw.Testing.Programs;

namespace TpmHw.Cli.Tests;

/// <summary>Every name that --json writes is one that the documentation has.</summary>
public sealed class JsonNamesTests
{
    private static readonly HashSet<string> s_documented =
    [
        .. File.ReadAllText(Path.Combine(Repository.Root, "docs", "tpmhw-json.md")).Split('`').Where(static (_, i) => i % 2 == 1),
    ];

    public static TheoryData<string> Commands => new(
        "demo",
        "demo --tpm sim:spi",
        "wire --tpm sim:spi",
        "info",
        "info --tpm libtpms:version=1.2",
        "getrandom 4",
        "transports",
        "probe",
        "reset",
        "transmit 80010000000c000001440000",
        "decode 80010000000c0000017b0008",
        "rc-decode 0x98e 0x80280400 0x101",
        "getrandom never");

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_names_are_documented(string command)
    {
        string[] tpm = command.Contains("--tpm", StringComparison.Ordinal) ? [] : ["--tpm", "libtpms"];

        Check(CliRun.Of([.. command.Split(' '), "--json", .. tpm]));
    }

    [Fact]
    public void The_names_of_a_replay_are_documented()
    {
        using var folder = new TemporaryFolder();
        CliRun.OnNewTpm("getrandom", "1", "--record", folder.File("recording"));

        Check(CliRun.OnNewTpm("replay", folder.File("recording"), "--json"));
    }

    [Fact]
    public void The_names_of_an_event_log_are_documented()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("log"), Testing.EventLogBytes.Agile());

        Check(CliRun.Of("tcglog", folder.File("log"), "--json"));
        Check(CliRun.Of("tcglog", folder.File("log"), "--json", "--raw"));
    }

    private static void Check(CliRun run)
    {
        string json = run.Text.Length > 0 ? run.Text : run.ErrorText;
        HashSet<string> names = [];
        Collect(JsonDocument.Parse(json).RootElement, names);

        Assert.NotEmpty(names);
        Assert.Empty(names.Except(s_documented));
    }

    private static void Collect(JsonElement element, HashSet<string> names)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                Collect(item, names);
            }
        }

        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                // Banks and PCRs name themselves.
                if (!property.Name.StartsWith("sha", StringComparison.Ordinal) && !char.IsAsciiDigit(property.Name[0]))
                {
                    names.Add(property.Name);
                }

                Collect(property.Value, names);
            }
        }
    }
}

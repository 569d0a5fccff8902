using System.Text.RegularExpressions;
using TpmHw.Testing.Programs;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Cli.Tests;

/// <summary>What docs/bring-up.md tells is what happens.</summary>
public sealed class BringUpTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs/bring-up.md"));

    public static TheoryData<string, string> Faults
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (Match row in Regex.Matches(s_page, @"^\| (?<says>[^|]+) \|[^|]+\| `tpmhw (?<command>[^`]+)` \|$", RegexOptions.Multiline))
            {
                rows.Add(row.Groups["says"].Value, row.Groups["command"].Value);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Each_fault_is_told_in_these_words(string says, string command)
    {
        CliRun run = CliRun.Of(command.Split(' '));

        Assert.Equal(4, run.ExitCode);
        Assert.Contains(says, run.ErrorText.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("To do:", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_connection_string_is_understood()
    {
        string[] strings = [.. Regex.Matches(s_page, "--tpm ([^`\\s]+)").Select(static m => m.Groups[1].Value)];

        Assert.Contains(strings, static s => s.StartsWith("spidev:", StringComparison.Ordinal));
        foreach (string text in strings.Where(static s => !s.StartsWith("sim:", StringComparison.Ordinal)))
        {
            string name = text[..text.IndexOf(':', StringComparison.Ordinal)];
            TransportDescriptor descriptor = TransportCatalog.Default.Descriptors.Single(d => d.Name == name);
            Assert.Equal(text, TransportSettings.Parse(descriptor, text, text[(name.Length + 1)..]).ConnectionString);
        }
    }
}

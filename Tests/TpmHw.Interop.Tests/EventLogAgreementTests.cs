using System.Text.Json;
using System.Text.RegularExpressions;
using TpmHw.Testing;
using TpmHw.Testing.Programs;

namespace TpmHw.Interop.Tests;

/// <summary>tpm2_eventlog and <c>tpmhw tcglog</c> read the same in a log.</summary>
[Collection(SharedTpm.Name)]
public sealed partial class EventLogAgreementTests(SharedTpm tpm)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_log_says_the_same(bool agile)
    {
        string file = Path.Combine(tpm.Scratch, $"log-{agile}");
        File.WriteAllBytes(file, agile ? EventLogBytes.Agile() : EventLogBytes.Sha1());

        ProgramRun theirs = (await tpm.Tpm2("eventlog", file)).Succeeded();
        ProgramRun ours = (await tpm.Tpmhw("tcglog", file, "--json")).Succeeded();

        string[] events =
        [
            .. JsonDocument.Parse(ours.OutputBytes).RootElement.GetProperty("events").EnumerateArray().SelectMany(static e => (string[])
            [
                $"PCRIndex {e.GetProperty("pcr")}",
                $"EventType {e.GetProperty("type")}",
                .. e.GetProperty("digests").EnumerateObject().Select(static d => $"Digest {d.Value}"),
            ]),
        ];
        Assert.Equal(Field().Matches(theirs.Output.Split("\npcrs:")[0]).Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}"), events);
        Assert.True(events.Length >= 4 * 3);
    }

    [GeneratedRegex(@"^[ -]*(PCRIndex|EventType|Digest): ""?([^""\n]+)", RegexOptions.Multiline)]
    private static partial Regex Field();
}

using System.Globalization;
using TpmHw.Testing.Programs;

namespace TpmHw.Interop.Tests;

/// <summary>tpm2-tools and <c>tpmhw</c>, given the same arguments and the same TPM, write the same bytes.</summary>
[Collection(SharedTpm.Name)]
public sealed class AgreementTests(SharedTpm tpm)
{
    [Theory]
    [InlineData("algorithms")]
    [InlineData("commands")]
    [InlineData("pcrs")]
    [InlineData("properties-fixed")]
    [InlineData("ecc-curves")]
    [InlineData("handles-transient")]
    [InlineData("handles-persistent")]
    [InlineData("handles-permanent")]
    [InlineData("handles-pcr")]
    [InlineData("handles-nv-index")]
    [InlineData("handles-saved-session")]
    public async Task Getcap_says_the_same(string capability)
    {
        ProgramRun theirs = await AgreeOn("getcap", capability);
        Assert.NotEmpty(theirs.Output);
    }

    /// <summary>The session that protects the bus is in the TPM while it is asked.</summary>
    [Theory]
    [InlineData("properties-variable")]
    [InlineData("handles-loaded-session")]
    public async Task Getcap_without_protection_says_the_same_of_sessions(string capability)
    {
        ProgramRun theirs = (await tpm.Tpm2("getcap", capability)).Succeeded();
        ProgramRun ours = (await tpm.Tpmhw("getcap", capability, "--no-protection")).Succeeded();
        Assert.NotEmpty(theirs.Output);
        Assert.Equal(theirs.Output, ours.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("sha1")]
    [InlineData("sha1:all")]
    [InlineData("sha256:0")]
    [InlineData("sha256:23,0,7")]
    [InlineData("sha1:16+sha256:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23+sha512:16")]
    [InlineData("sha384:all+sha512:all")]
    public async Task Pcrread_says_the_same(params string[] selection) => await AgreeOn(["pcrread", .. selection]);

    [Fact]
    public async Task What_tpmhw_extends_tpm2_tools_reads_as_if_it_had_done_it_itself()
    {
        string[] extension = [$"8:sha1={new string('1', 40)},sha256={new string('2', 64)}", $"9:sha256={new string('3', 64)}"];
        (await tpm.Tpmhw(["pcrextend", .. extension])).Succeeded();
        ProgramRun afterOurs = await AgreeOn("pcrread", "sha1:8+sha256:8,9");
        Assert.DoesNotContain(new string('0', 40), afterOurs.Output, StringComparison.Ordinal);

        // PCRs 10 and 11 start from the same value and are given the same digests by the other side.
        (await tpm.Tpm2(["pcrextend", .. extension.Select(static e => e.Replace("9:", "11:", StringComparison.Ordinal).Replace("8:", "10:", StringComparison.Ordinal))])).Succeeded();
        ProgramRun afterTheirs = (await tpm.Tpm2("pcrread", "sha1:10+sha256:10,11")).Succeeded();
        Assert.Equal(Digests(afterTheirs), Digests(afterOurs));
    }

    [Fact]
    public async Task Readclock_has_the_same_fields_and_the_same_counts()
    {
        string[] before = Lines(await tpm.Tpm2("readclock"));
        string[] ours = Lines(await tpm.Tpmhw("readclock"));
        string[] after = Lines(await tpm.Tpm2("readclock"));

        Assert.Equal(before.Select(Field), ours.Select(Field));
        Assert.Equal(before.Where(StandsStill), ours.Where(StandsStill));
        Assert.All(before.Zip(ours, after).Where(static l => !StandsStill(l.First)), static l =>
            Assert.InRange(Number(l.Second), Number(l.First), Number(l.Third)));
    }

    [Theory]
    [InlineData("getcap", "colours")]
    [InlineData("pcrread", "sha257:0")]
    [InlineData("pcrextend", "8:sha256=00")]
    [InlineData("nosuchcommand")]
    public async Task What_one_refuses_the_other_refuses_and_neither_writes_output(params string[] arguments)
    {
        ProgramRun theirs = await tpm.Tpm2(arguments);
        ProgramRun ours = await tpm.Tpmhw(arguments);
        Assert.True(theirs.ExitCode != 0, $"{theirs}");
        Assert.True(ours.ExitCode != 0, $"{ours}");
        Assert.Empty(ours.Output);
        Assert.NotEmpty(ours.Errors);
    }

    private async Task<ProgramRun> AgreeOn(params string[] arguments)
    {
        ProgramRun theirs = (await tpm.Tpm2(arguments)).Succeeded();
        ProgramRun ours = (await tpm.Tpmhw(arguments)).Succeeded();
        Assert.Equal(theirs.Output, ours.Output);
        Assert.Equal(theirs.OutputBytes, ours.OutputBytes);
        return theirs;
    }

    private static IEnumerable<string> Digests(ProgramRun run) =>
        Lines(run).Where(static l => l.Contains("0x", StringComparison.Ordinal)).Select(static l => l[l.IndexOf("0x", StringComparison.Ordinal)..]);

    private static string[] Lines(ProgramRun run) => run.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Of "  clock: 569": the field with its indentation, and the value.
    private static string Field(string line) => line[..line.IndexOf(':', StringComparison.Ordinal)];

    private static ulong Number(string line) => ulong.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    private static bool StandsStill(string line) => Field(line).Trim() is not ("time" or "clock");
}

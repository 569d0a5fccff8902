using System.Security.Cryptography;
using System.Text.Json;

namespace TpmHw.Cli.Tests;

public sealed class DemoTests
{
    private static readonly Dictionary<string, string> s_elsewhere = new() { ["TPMHW_TPM"] = "device:/dev/nowhere" };

    [Fact]
    public void It_shows_a_tpm_of_this_process_whatever_the_environment_says()
    {
        CliRun run = CliRun.Of(["demo"], variables: s_elsewhere);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"\n  random  [0-9a-f]{64}\n", run.Text);
        Assert.Contains("in this process", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Text);
    }

    [Fact]
    public void The_extend_is_what_the_specification_says()
    {
        var extend = CliRun.Of("demo", "--json").Json.GetProperty("extend");
        byte[] Bytes(string name) => Convert.FromHexString(extend.GetProperty(name).GetString()!);

        Assert.Equal(SHA256.HashData("tpmhw demo"u8), Bytes("digest"));
        Assert.Equal(SHA256.HashData([.. Bytes("before"), .. Bytes("digest")]), Bytes("after"));
    }

    [Fact]
    public void The_frames_carry_the_command_and_the_random_bytes_that_are_shown()
    {
        JsonElement json = CliRun.Of("demo", "--json").Json;
        JsonElement wire = json.GetProperty("wire");
        List<JsonElement> frames = [.. wire.GetProperty("frames").EnumerateArray()];
        string Fifo(string direction) => string.Concat(frames
            .Where(f => f.GetProperty("direction").GetString() == direction && f.GetProperty("register").GetString() == "TPM_DATA_FIFO")
            .Select(static f => f.GetProperty("data").GetString()));

        Assert.Equal("80010000000c0000017b0020", Fifo("write"));
        Assert.Equal("80010000002c000000000020" + json.GetProperty("random").GetString(), Fifo("read"));
        Assert.Equal(frames.Count, wire.GetProperty("frame_count").GetInt32());
        Assert.Equal(frames.Sum(static f => f.GetProperty("sent").GetString()!.Length / 2), wire.GetProperty("bytes").GetInt32());
        Assert.Equal(wire.GetProperty("time_ns").GetInt64(), frames[^1].GetProperty("end_ns").GetInt64());
        Assert.All(frames, static f => Assert.NotEqual("", f.GetProperty("meaning").GetString()));
    }

    [Fact]
    public void A_transport_without_a_wire_of_its_own_has_no_frames_to_show()
    {
        CliRun run = CliRun.OnNewTpm("demo");

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("frame", run.Text, StringComparison.Ordinal);
        Assert.Equal(0, CliRun.OnNewTpm("demo", "--json").Json.GetProperty("wire").GetProperty("frames").GetArrayLength());
    }

    [Fact]
    public void A_terminal_is_shown_tables()
    {
        string text = CliRun.Of(["demo"], terminal: true).Text;

        Assert.Contains('╭', text);
        Assert.Contains('\e', text);
        string plain = CliRun.Of(["demo"], terminal: true, variables: new Dictionary<string, string> { ["NO_COLOR"] = "1" }).Text;
        Assert.DoesNotContain('\e', plain);
        Assert.Contains('╭', plain);
    }
}

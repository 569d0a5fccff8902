using TpmHw.Testing;
using TpmHw.Transport;

namespace TpmHw.Cli.Tests;

public sealed class TcgLogTests
{
    private static readonly byte[] s_log = EventLogBytes.Agile();

    [Fact]
    public void The_events_of_the_machines_log_are_listed()
    {
        CliRun run = CliRun.Of(["tcglog", "--tpm", "test"], transport: Machine(new Logs()));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("5 events, banks sha1, sha256\n", run.Text, StringComparison.Ordinal);
        Assert.Matches("(?m)^  3 +7 +EV_SEPARATOR +df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119 +00000000$", run.Text);
        Assert.Matches("(?m)^  2 +4 +EV_EFI_ACTION +[0-9a-f]{64} +Calling EFI Application$", run.Text);
    }

    [Fact]
    public void A_saved_log_is_listed_without_a_tpm()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("log"), EventLogBytes.Sha1());

        CliRun run = CliRun.Of("tcglog", folder.File("log"), "--json");

        Assert.Equal("sha1", Assert.Single(run.Json.GetProperty("banks").EnumerateArray()).GetString());
        var last = run.Json.GetProperty("events").EnumerateArray().Last();
        Assert.Equal(4, last.GetProperty("pcr").GetInt32());
        Assert.Equal("EV_IPL", last.GetProperty("type").GetString());
        Assert.Equal(0xD, last.GetProperty("type_code").GetInt32());
        Assert.Equal(40, last.GetProperty("digests").GetProperty("sha1").GetString()!.Length);
        Assert.Equal("677275625f636d643a20626f6f7400", last.GetProperty("data").GetString());
    }

    [Fact]
    public void The_bytes_can_be_had_as_they_are()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(s_log, CliRun.Of(["tcglog", "--tpm", "test", "--raw"], transport: Machine(new Logs())).Bytes);

        CliRun.Of(["tcglog", "--tpm", "test", "--raw", "-o", folder.File("log")], transport: Machine(new Logs()));
        Assert.Equal(s_log, File.ReadAllBytes(folder.File("log")));
    }

    [Fact]
    public void Another_log_is_asked_for_by_its_name()
    {
        var logs = new Logs();
        Assert.Equal(4, CliRun.Of(["tcglog", "--tpm", "test", "--log", "drtm-boot"], transport: Machine(logs)).ExitCode);
        Assert.Equal(TpmEventLogKind.DynamicBoot, logs.Asked);
        Assert.Equal(2, CliRun.Of(["tcglog", "--tpm", "test", "--log", "none"], transport: Machine(logs)).ExitCode);
    }

    [Fact]
    public void What_has_no_log_says_so_and_what_is_no_log_too()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("no-log"), [1, 2, 3]);

        Assert.Equal(5, CliRun.OnNewTpm("tcglog").ExitCode);
        Assert.Contains("event 0, at byte 0", CliRun.Of("tcglog", folder.File("no-log")).ErrorText, StringComparison.Ordinal);
        Assert.Equal(1, CliRun.Of("tcglog", folder.File("none")).ExitCode);
    }

    private static TransportDescriptor Machine(Logs logs) => new()
    {
        Name = "test",
        Summary = "for tests",
        Example = "test",
        FindCandidates = static () => ["test"],
        Open = _ => logs,
    };

    private sealed class Logs : ITpmTransport, ITpmEventLog
    {
        public TpmEventLogKind? Asked { get; private set; }

        public TpmTransportInfo Info { get; } = new() { Kind = "test", Name = "test", Family = TpmFamily.Tpm20 };

        public byte[] ReadEventLog(TpmEventLogKind kind = TpmEventLogKind.Current)
        {
            Asked = kind;
            return kind == TpmEventLogKind.Current ? s_log : throw new TpmTransportException(TpmFault.NotFound, "There is none.");
        }

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}

using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Transport;

/// <summary>All wrappers around one software TPM: what it says is the same in the log, the capture and the recording.</summary>
[Collection(TelemetryTests.Name)]
public sealed class WrappedSoftwareTpmTests
{
    private const string EmptyPassword = "00000009 40000009 0000 00 0000";

    /// <summary>Commands that every TPM 2.0 answers, some of them with an error.</summary>
    private static readonly byte[][] s_tpm20 =
    [
        Messages.Startup,
        Messages.Command(TpmCc.SelfTest, "01"),
        Messages.Command(TpmCc.GetCapability, "00000006 00000100 00000040"),
        Messages.PcrRead,
        Messages.Message(0x8002, (uint)TpmCc.PcrExtend, "00000010" + EmptyPassword + "00000001 000B" + new string('5', 64)),
        Messages.PcrRead,
        Messages.Message(0x8002, (uint)TpmCc.HierarchyChangeAuth, "40000001" + EmptyPassword + "0004 5EC2E711"),
        Messages.Message(0x8002, (uint)TpmCc.HierarchyChangeAuth, "40000001 0000000D 40000009 0000 00 0004 5EC2E711 0000"),
        Messages.Message(0x8002, (uint)TpmCc.Clear, "4000000A 0000000D 40000009 0000 00 0004 5EC2E711"),
        Messages.Command((TpmCc)0x20000001),
        Messages.Command(TpmCc.GetRandom, "0010"),
    ];

    /// <summary>The like for TPM 1.2.</summary>
    private static readonly byte[][] s_tpm12 =
    [
        Messages.Message(0x00C1, 0x99, "0001"), // Startup(ST_CLEAR)
        Messages.Message(0x00C1, 0x65, "00000005 00000004 00000103"), // GetCapability(manufacturer)
        Messages.Message(0x00C1, 0x14, "00000010" + new string('5', 40)), // Extend
        Messages.Message(0x00C1, 0x15, "00000010"), // PcrRead
        Messages.Message(0x00C1, 0x47, "00000004 5EC2E711"), // StirRandom
        Messages.Message(0x00C1, 0x12345),
        Messages.Message(0x00C1, 0x46, "00000010"), // GetRandom
    ];

    [Theory]
    [InlineData("libtpms", TpmFamily.Tpm20)]
    [InlineData("libtpms:version=1.2", TpmFamily.Tpm12)]
    public void A_session_is_logged_without_its_secrets_captured_to_the_byte_and_replays_exactly(string connection, TpmFamily family)
    {
        using var capture = new MemoryStream();
        using var recording = new MemoryStream();
        var log = new ListLogger();
        var exchanged = new List<byte[]>();
        using (ITpmTransport transport = Wrap(TransportCatalog.Default.Open(connection), capture, recording, log))
        {
            foreach (byte[] command in family == TpmFamily.Tpm20 ? s_tpm20 : s_tpm12)
            {
                exchanged.Add(command);
                exchanged.Add(transport.Send(command));
            }
        }

        byte[] random = exchanged[^1][^16..];
        Assert.Equal(0, exchanged[^1][9]);
        Assert.DoesNotContain(Convert.ToHexString(random), log.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("5EC2E711", log.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(family == TpmFamily.Tpm20 ? "TPM2_GetRandom answered success" : "TPM_GetRandom answered success", log.Text, StringComparison.Ordinal);
        Assert.Contains(new string('5', 40), log.Text, StringComparison.Ordinal);

        List<CapturedSegment> segments = CaptureReader.Read(capture.ToArray(), out string name);
        Assert.Equal(connection, name);
        Assert.Equal(exchanged, segments.Where(s => s.Payload.Length > 0).Select(s => s.Payload));

        using var replay = new ReplayTransport(new StringReader(Encoding.UTF8.GetString(recording.ToArray())));
        Assert.Equal(family, replay.Info.Family);
        for (int i = 0; i < exchanged.Count; i += 2)
        {
            Assert.Equal(exchanged[i + 1], replay.Send(exchanged[i]));
        }

        Assert.Equal(0, replay.Remaining);
    }

    internal static ITpmTransport Wrap(ITpmTransport inner, Stream capture, Stream recording, Microsoft.Extensions.Logging.ILogger log) =>
        new TracingTransport(
            new InstrumentedTransport(
                new PcapTransport(
                    new RecordingTransport(inner, recording, leaveOpen: true),
                    capture,
                    leaveOpen: true)),
            log);
}

/// <summary>The contract holds through all wrappers.</summary>
[Collection(TelemetryTests.Name)]
public sealed class WrapperConformanceTests : TransportConformance
{
    /// <inheritdoc/>
    protected override ITpmTransport Open()
    {
        ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        Transmit(tpm, RawCommands.Startup(Family));
        return WrappedSoftwareTpmTests.Wrap(tpm, Stream.Null, Stream.Null, NullLogger.Instance);
    }
}

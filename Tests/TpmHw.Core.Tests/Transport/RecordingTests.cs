using System.Text;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Transport;

public sealed class RecordingTests
{
    private const string Start = "tpmhw-recording 1 kind=canned family=2.0 max-command=4096 max-response=4096 resource-manager=no\n";
    private const string GetRandomHex = "80010000000c0000017b0008";
    private static readonly byte[] s_random = Messages.Message(0x8001, 0, "0008 0102030405060708");

    [Fact]
    public void A_recording_is_text_that_a_person_can_read()
    {
        string text = Record(new CannedTransport(_ => s_random), transport => transport.Send(Messages.GetRandom8));

        Assert.Equal(
            Start +
            "# Recorded from canned:1. It holds every secret that passed.\n" +
            "\n" +
            "# 1: TPM2_GetRandom, 2026-01-02T03:04:05.0000000Z, 250.000 ms\n" +
            "> 80 01 00 00 00 0c 00 00 01 7b 00 08\n" +
            "< 80 01 00 00 00 14 00 00 00 00 00 08 01 02 03 04 05 06 07 08\n",
            text);
    }

    [Fact]
    public void Bytes_are_wrapped_at_32_a_line_and_an_error_is_in_words()
    {
        byte[] command = Messages.Command(TpmCc.StirRandom, "0020" + new string('5', 64));

        string text = Record(new CannedTransport(Messages.Message(0x8001, 0x98E)), transport => transport.Send(command));

        Assert.Equal([2 + (3 * 32) - 1, 2 + (3 * 12) - 1], text.Split('\n').Where(l => l.StartsWith('>')).Select(l => l.Length));
        Assert.Contains("\n# TPM_RC_AUTH_FAIL (0x98E, session 1)\n< 80 01 00 00 00 0a 00 00 09 8e\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_and_cancellations_are_replayed_as_they_were()
    {
        var failure = new TpmTransportException(TpmFault.Timeout, "No answer\nfrom C:\\new.", "1 ms of 1 ms", "Wait.");
        Queue<Exception?> outcomes = new([failure, new OperationCanceledException(), null]);
        var inner = new CannedTransport(_ => outcomes.Dequeue() is { } e ? throw e : s_random);
        string text = Record(inner, transport =>
        {
            Assert.Same(failure, Assert.Throws<TpmTransportException>(() => transport.Send(Messages.GetRandom8)));
            Assert.Throws<OperationCanceledException>(() => transport.Send(Messages.PcrRead));
            transport.Send(Messages.GetRandom8);
        });

        using ReplayTransport replay = Replay(text);
        TpmTransportException replayed = Assert.Throws<TpmTransportException>(() => replay.Send(Messages.GetRandom8));
        Assert.Equal((failure.Fault, failure.Message, failure.Evidence, failure.Advice), (replayed.Fault, replayed.Message, replayed.Evidence, replayed.Advice));
        Assert.Throws<OperationCanceledException>(() => replay.Send(Messages.PcrRead));
        Assert.Equal(s_random, replay.Send(Messages.GetRandom8));
        Assert.Equal(0, replay.Remaining);
    }

    [Fact]
    public void A_command_that_was_not_sent_is_not_recorded()
    {
        var inner = new CannedTransport(s_random);
        string text = Record(inner, transport =>
        {
            Assert.Throws<OperationCanceledException>(() => transport.Send(Messages.GetRandom8, new CancellationToken(canceled: true)));
            Assert.Throws<ArgumentException>(() => transport.Send([1, 2, 3]));
            inner.Dispose();
            Assert.Throws<ObjectDisposedException>(() => transport.Send(Messages.GetRandom8));
        });

        Assert.DoesNotContain('>', text);
        using ReplayTransport replay = Replay(text);
        Assert.Equal(0, replay.Remaining);
    }

    [Fact]
    public void Each_exchange_is_in_the_file_before_the_next_one_is_sent()
    {
        using var file = new TempFile();
        using var transport = new RecordingTransport(new CannedTransport(s_random), file.Path);
        for (int i = 1; i <= 3; i++)
        {
            transport.Send(Messages.GetRandom8);
            using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            using var soFar = new ReplayTransport(reader);
            Assert.Equal(i, soFar.Remaining);
        }
    }

    [Fact]
    public void A_different_command_is_refused_with_the_place_and_the_replay_stays_where_it_is()
    {
        string text = Record(new CannedTransport(s_random), transport =>
        {
            transport.Send(Messages.Startup);
            transport.Send(Messages.GetRandom8);
        });
        using ReplayTransport replay = Replay(text);
        replay.Send(Messages.Startup);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => replay.Send(Messages.Command(TpmCc.GetRandom, "0010")));

        Assert.Equal(TpmFault.ReplayMismatch, error.Fault);
        Assert.Contains("exchange 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 9 ", error.Message, StringComparison.Ordinal);
        Assert.Contains("byte offset 11", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("08 expected, 10 sent", error.Evidence, StringComparison.Ordinal);
        Assert.Contains(GetRandomHex, error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
        Assert.Equal(s_random, replay.Send(Messages.GetRandom8));
    }

    [Fact]
    public void A_longer_command_differs_at_the_end_of_the_recorded_one()
    {
        using ReplayTransport replay = Replay(Start + "> " + GetRandomHex + "\n< 80010000000a00000000\n");
        byte[] longer = Messages.Command(TpmCc.GetRandom, "0008 00");
        longer[5] = 12; // the same size in both, so that the first difference is the length

        Assert.Throws<ArgumentException>(() => replay.Send(longer));
        longer[5] = 13;
        Assert.Contains("byte offset 5", Assert.Throws<TpmTransportException>(() => replay.Send(longer)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mismatch_does_not_show_a_secret()
    {
        byte[] recorded = Messages.Command(TpmCc.StirRandom, "0004 5EC2E711");
        using ReplayTransport replay = Replay(Record(new CannedTransport(), transport => transport.Send(recorded)));

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => replay.Send(Messages.Command(TpmCc.StirRandom, "0004 5EC2AA22")));

        Assert.Contains("byte offset 14 on (they are withheld)", error.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("5EC2", error.ToString() + error.Evidence, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_end_of_a_recording_is_an_error()
    {
        using ReplayTransport replay = Replay(Start + "> " + GetRandomHex + "\n< 80010000000a00000000\n");
        replay.Send(Messages.GetRandom8);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => replay.Send(Messages.GetRandom8));

        Assert.Equal(TpmFault.ReplayMismatch, error.Fault);
        Assert.Contains("ends after 1 exchange", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_any_order_a_command_gets_the_first_response_that_is_left_to_it()
    {
        int count = 0;
        var inner = new CannedTransport(_ => Messages.Message(0x8001, (uint)(0x100 + count++)));
        string text = Record(inner, transport =>
        {
            transport.Send(Messages.GetRandom8);
            transport.Send(Messages.PcrRead);
            transport.Send(Messages.GetRandom8);
        });
        using var replay = new ReplayTransport(new StringReader(text), ReplayOrder.Any);

        Assert.Equal(0x101, Code(replay.Send(Messages.PcrRead)));
        Assert.Equal(0x100, Code(replay.Send(Messages.GetRandom8)));
        Assert.Throws<TpmTransportException>(() => replay.Send(Messages.PcrRead));
        Assert.Equal(0x102, Code(replay.Send(Messages.GetRandom8)));
        Assert.Throws<TpmTransportException>(() => replay.Send(Messages.GetRandom8));

        static int Code(byte[] response) => (response[8] << 8) | response[9];
    }

    [Theory]
    [InlineData("", 0, "does not start")]
    [InlineData("hello\n", 1, "starts with 'tpmhw-recording 1'")]
    [InlineData("tpmhw-recording 2 kind=x\n", 1, "version 2")]
    [InlineData("tpmhw-recording 1 colour=red\n", 1, "'colour=red'")]
    [InlineData("tpmhw-recording 1 max-command=-1\n", 1, "'-1'")]
    [InlineData("tpmhw-recording 1 max-command=4294967296\n", 1, "'4294967296'")]
    [InlineData(Start + "x\n", 2, "starts with")]
    [InlineData(Start + "< 80010000000a00000000\n", 2, "no command before it")]
    [InlineData(Start + "! cancelled\n", 2, "no command before it")]
    [InlineData(Start + "\n# comment\n> 8001000g\n", 4, "hex")]
    [InlineData(Start + "> 800\n", 2, "hex")]
    [InlineData(Start + "> 8001\n< 80010000000a00000000\n", 2, "the command has 2 bytes")]
    [InlineData(Start + "> 80010000000b0000017b\n< 80010000000a00000000\n", 2, "10 bytes, and its header says 11")]
    [InlineData(Start + "> 80010000000c0000017b0008\n< 80010000000b00000000\n", 2, "the response has 10 bytes, and its header says 11")]
    [InlineData(Start + "> 80010000000c0000017b0008\n", 2, "no response")]
    [InlineData(Start + "> 80010000000c0000017b0008\n> 80010000000c0000017b0008\n< 80010000000a00000000\n", 2, "the command has 24 bytes")]
    [InlineData(Start + "> 80010000000c0000017b0008\n! exploded\n", 3, "'!' is followed by")]
    [InlineData(Start + "> 80010000000c0000017b0008\n! fault Explosion\n", 3, "'!' is followed by")]
    [InlineData(Start + "> 80010000000c0000017b0008\n! fault 3\n", 3, "'!' is followed by")]
    [InlineData(Start + "> 80010000000c0000017b0008\n! message hello\n", 3, "'!' is followed by")]
    [InlineData(Start + "> 80010000000c0000017b0008\n! cancelled\n! cancelled\n", 4, "'!' is followed by")]
    [InlineData(Start + "> 80010000000c0000017b0008\n! cancelled\n< 80010000000a00000000\n", 4, "no command before it")]
    [InlineData("tpmhw-recording 1 max-command=11\n> 80010000000c0000017b0008\n< 80010000000a00000000\n", 2, "allows 11")]
    public void A_malformed_recording_is_a_typed_error_with_the_lines_number(string text, int line, string says)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Replay(text));

        Assert.Equal(TpmFault.BadRecording, error.Fault);
        Assert.StartsWith($"Line {line} of the recording", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutations_of_a_recording_are_read_or_refused_and_nothing_else()
    {
        string text = Record(new CannedTransport(s_random), transport =>
        {
            transport.Send(Messages.GetRandom8);
            transport.Send(Messages.PcrRead);
        });
        var random = new Random(1);
        const string Alphabet = "\n <>!#0fxé=";
        for (int i = 0; i < 5000; i++)
        {
            char[] mutant = text.ToCharArray();
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                mutant[random.Next(mutant.Length)] = Alphabet[random.Next(Alphabet.Length)];
            }

            try
            {
                Replay(new string(mutant)).Dispose();
            }
            catch (TpmTransportException e) when (e.Fault == TpmFault.BadRecording)
            {
            }
        }
    }

    [Fact]
    public void A_file_written_by_hand_may_be_wrapped_and_spaced_as_one_likes()
    {
        using ReplayTransport replay = Replay("\n# my own\n  tpmhw-recording 1\r\n\n>8001 0000000C\n# the code\n > 0000017B 0008\n<80010000000a\n<00000000");

        Assert.Equal(CannedTransport.Success, replay.Send(Messages.GetRandom8));
        Assert.Null(replay.Info.Family);
    }

    [Fact]
    public void A_missing_file_is_not_found()
    {
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => new ReplayTransport("/nonexistent/x")).Fault);
    }

    [Fact]
    public void A_connection_string_names_the_file_and_the_order()
    {
        using var file = new TempFile();
        File.WriteAllText(file.Path, Start + "> 80010000000c000001440000\n! cancelled\n> " + GetRandomHex + "\n< 80010000000a00000000\n");
        using ITpmTransport any = TransportCatalog.Default.Open($"replay:{file.Path},order=any");
        using ITpmTransport recorded = TransportCatalog.Default.Open($"replay:{file.Path}");

        Assert.Equal(CannedTransport.Success, any.Send(Messages.GetRandom8));
        Assert.Throws<TpmTransportException>(() => recorded.Send(Messages.GetRandom8));
        Assert.Equal(TpmFault.BadConnectionString, Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("replay")).Fault);
    }

    [Fact]
    public void Recording_and_replaying_allocate_nothing()
    {
        using var recording = new RecordingTransport(new CannedTransport(s_random), Stream.Null);
        Assert.Equal(0, Allocations.PerCommand(recording, Messages.GetRandom8));

        string text = Record(new CannedTransport(s_random), transport =>
        {
            for (int i = 0; i < 200; i++)
            {
                transport.Send(Messages.GetRandom8);
            }
        });
        using ReplayTransport replay = Replay(text);
        Assert.Equal(0, Allocations.PerCommand(replay, Messages.GetRandom8));
    }

    private static string Record(CannedTransport inner, Action<RecordingTransport> session)
    {
        using var stream = new MemoryStream();
        using (var transport = new RecordingTransport(inner, stream, leaveOpen: true, new StepTime()))
        {
            session(transport);
        }

        Assert.True(inner.WasReleased);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static ReplayTransport Replay(string text) => new(new StringReader(text));
}

using System.Globalization;
using TpmHw.Cli.Output;
using TpmHw.Transport;

namespace TpmHw.Cli.Wire;

/// <summary>What is told of frames.</summary>
internal static class WireReport
{
    private const int NanosecondsPerTick = 100;

    private const int FirstRows = 16;
    private const int MostRows = 32;

    private static readonly string[] s_none = [];

    /// <summary>
    /// To a person: a table of frames, and what they add up to. Frames that repeat one another are one row, and of very
    /// many rows the first and the last are there.
    /// </summary>
    public static Page Frames(this Page page, List<WireFrame> frames)
    {
        TimeSpan start = frames[0].Start;
        int width = Microseconds(frames[^1].End - start).Length;
        var rows = new List<string[]>();
        for (int i = 0; i < frames.Count; i++)
        {
            WireFrame frame = frames[i];
            int first = i;
            while (i + 1 < frames.Count && frames[i + 1].Repeats(frame))
            {
                i++;
            }

            string times = first == i ? "" : $"; {i - first + 1} times, until {Microseconds(frames[i].End - start)}";
            rows.Add([Microseconds(frame.Start - start).PadLeft(width), frame.Access, .. Waits(frame), frame.ShortData, frame.Meaning + times]);
        }

        if (rows.Count > MostRows)
        {
            int cut = rows.Count - MostRows;
            rows.RemoveRange(FirstRows, cut);
            rows.Insert(FirstRows, ["…".PadLeft(width), "…", .. frames[0].IsSpi ? [""] : s_none, "", $"{cut} rows, which --json has"]);
        }

        return page.Table(["µs".PadLeft(width), "access", .. frames[0].IsSpi ? ["waits"] : s_none, "data", "meaning"], rows).Text(string.Create(
            CultureInfo.InvariantCulture,
            $"{frames.Count} {(frames[0].IsSpi ? "frames" : "transfers")}, {Bytes(frames)} bytes, {frames.Count(static f => f.IsStatusRead)} status reads, {Microseconds(frames[^1].End - start)} µs{Rate(frames[0].ClockHz)}"));
    }

    /// <summary>To a program.</summary>
    public static void Write(DocumentWriter document, string name, List<WireFrame> frames)
    {
        TimeSpan start = frames.Count > 0 ? frames[0].Start : TimeSpan.Zero;
        document.BeginMap(name);
        document.Text("bus", frames.Count > 0 ? frames[0].Bus : null);
        document.Number("clock_hz", frames.Count > 0 ? (ulong)frames[0].ClockHz : 0);
        document.Number("frame_count", (ulong)frames.Count);
        document.Number("bytes", (ulong)Bytes(frames));
        document.Number("status_reads", (ulong)frames.Count(static f => f.IsStatusRead));
        document.Number("time_ns", frames.Count > 0 ? Nanoseconds(frames[^1].End - start) : 0);
        document.BeginList("frames");
        foreach (WireFrame frame in frames)
        {
            document.BeginMap();
            document.Number("start_ns", Nanoseconds(frame.Start - start));
            document.Number("end_ns", Nanoseconds(frame.End - start));
            document.Text("direction", frame.HasAddress ? frame.IsWrite ? "write" : "read" : null);
            document.Text("register", frame.HasAddress ? "TPM_" + RegisterNames.Of(frame.Register) : null);
            Number(document, "locality", frame.Locality);
            Number(document, "waits", frame.IsSpi ? frame.Waits : null);
            document.Text("outcome", frame.Outcome switch
            {
                WireOutcome.Done => "done",
                WireOutcome.NotAcknowledged => "not_acknowledged",
                _ => "failed",
            });
            document.Bytes("data", frame.Data);
            document.Bytes("sent", frame.Sent);
            document.Bytes("received", frame.Received);
            document.Text("meaning", frame.Meaning);
            document.EndMap();
        }

        document.EndList();
        document.EndMap();
    }

    private static string[] Waits(WireFrame frame) => !frame.IsSpi ? s_none : frame.HasAddress ? [$"{frame.Waits}"] : [""];

    // SPI moves a byte each way at the same time.
    private static int Bytes(List<WireFrame> frames) => frames.Sum(static f => f.Sent.Length + (f.IsSpi ? 0 : f.Received.Length));

    private static string Rate(int clockHz) => clockHz switch
    {
        0 => "",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $" at {clockHz / 1e3:0.###} kHz"),
        _ => string.Create(CultureInfo.InvariantCulture, $" at {clockHz / 1e6:0.###} MHz"),
    };

    private static void Number(DocumentWriter document, string name, int? value)
    {
        if (value is { } number)
        {
            document.Number(name, (ulong)number);
        }
        else
        {
            document.Text(name, null);
        }
    }

    private static string Microseconds(TimeSpan time) => time.TotalMicroseconds.ToString("F1", CultureInfo.InvariantCulture);

    private static ulong Nanoseconds(TimeSpan time) => (ulong)time.Ticks * NanosecondsPerTick;
}

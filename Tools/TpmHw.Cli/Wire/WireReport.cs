using System.Globalization;
using TpmHw.Cli.Output;

namespace TpmHw.Cli.Wire;

/// <summary>What is told of frames.</summary>
internal static class WireReport
{
    private const int NanosecondsPerTick = 100;

    private static readonly string[] s_headers = ["     µs", "access", "waits", "data", "meaning"];

    /// <summary>To a person: a table of frames, and what they add up to.</summary>
    public static Page Frames(this Page page, List<WireFrame> frames)
    {
        TimeSpan start = frames[0].Start;
        return page
            .Table(s_headers, frames.Select(f => new[]
            {
                string.Create(CultureInfo.InvariantCulture, $"{(f.Start - start).TotalMicroseconds,7:F1}"), f.Access, f.HasAddress ? $"{f.Waits}" : "", f.ShortData, f.Meaning,
            }))
            .Text(string.Create(
                CultureInfo.InvariantCulture,
                $"{frames.Count} frames, {frames.Sum(static f => f.Sent.Length)} bytes, {frames.Count(static f => f.IsStatusRead)} status reads, {(frames[^1].End - start).TotalMicroseconds:F1} µs at {frames[0].ClockHz / 1e6:0.###} MHz"));
    }

    /// <summary>To a program.</summary>
    public static void Write(DocumentWriter document, List<WireFrame> frames)
    {
        TimeSpan start = frames.Count > 0 ? frames[0].Start : TimeSpan.Zero;
        document.BeginMap("wire");
        document.Number("clock_hz", frames.Count > 0 ? (ulong)frames[0].ClockHz : 0);
        document.Number("frame_count", (ulong)frames.Count);
        document.Number("bytes", (ulong)frames.Sum(static f => f.Sent.Length));
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
            if (frame.HasAddress)
            {
                document.Number("locality", (ulong)frame.Locality);
            }
            else
            {
                document.Text("locality", null);
            }

            document.Number("waits", (ulong)frame.Waits);
            document.Bytes("data", frame.Data);
            document.Bytes("sent", frame.Sent);
            document.Bytes("received", frame.Received);
            document.Text("meaning", frame.Meaning);
            document.EndMap();
        }

        document.EndList();
        document.EndMap();
    }

    private static ulong Nanoseconds(TimeSpan time) => (ulong)time.Ticks * NanosecondsPerTick;
}

using System.Globalization;
using System.Text;
using TpmHw.Cli.Output;
using TpmHw.EventLog;
using TpmHw.Spec;

namespace TpmHw.Cli.EventLog;

/// <summary>What is told of an event log.</summary>
internal static class EventLogReport
{
    private const int LongestText = 48;

    /// <summary>To a person: one bank's digests, SHA-256's where there are such.</summary>
    public static Page Page(TcgEventLog log)
    {
        TpmAlgId bank = log.Banks.Contains(TpmAlgId.Sha256) ? TpmAlgId.Sha256 : log.Banks[0];
        return new Page()
            .Heading($"{log.Events.Count} events, banks {string.Join(", ", log.Banks.Select(SpecText.Algorithm))}")
            .Table(
                ["event", "PCR", "type", SpecText.Algorithm(bank), "data"],
                log.Events.Select((e, i) => new[]
                {
                    i.ToString(CultureInfo.InvariantCulture),
                    e.Pcr < 0 ? "" : e.Pcr.ToString(CultureInfo.InvariantCulture),
                    TypeOf(e),
                    e.IsMeasurement ? DigestIn(e, bank) : "",
                    Short(e.Data.Span),
                }));
    }

    /// <summary>To a program: everything.</summary>
    public static void Write(TcgEventLog log, DocumentWriter document)
    {
        document.BeginMap();
        document.BeginList("banks");
        foreach (TpmAlgId bank in log.Banks)
        {
            document.Item(SpecText.Algorithm(bank));
        }

        document.EndList();
        document.BeginList("events");
        foreach ((int index, TcgEvent e) in log.Events.Index())
        {
            document.BeginMap();
            document.Number("event", (ulong)index);
            if (e.Pcr < 0)
            {
                document.Text("pcr", null);
            }
            else
            {
                document.Number("pcr", (ulong)e.Pcr);
            }

            document.Text("type", e.TypeName);
            document.Number("type_code", e.Type, NumberForm.Hex);
            document.BeginMap("digests");
            foreach (TcgEventDigest digest in e.Digests)
            {
                document.Bytes(SpecText.Algorithm(digest.Algorithm), digest.Value.Span);
            }

            document.EndMap();
            document.Bytes("data", e.Data.Span);
            document.EndMap();
        }

        document.EndList();
        document.EndMap();
    }

    private static string TypeOf(TcgEvent e) => e.TypeName ?? string.Create(CultureInfo.InvariantCulture, $"0x{e.Type:X8}");

    private static string DigestIn(TcgEvent e, TpmAlgId bank) =>
        Convert.ToHexStringLower(e.Digests.FirstOrDefault(d => d.Algorithm == bank).Value.Span);

    /// <summary>The data's beginning: as text where it is some, otherwise in hex digits.</summary>
    private static string Short(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> text = data.TrimEnd((byte)0);
        bool isText = text.Length > 0 && !text.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        string whole = isText ? Encoding.ASCII.GetString(text) : Convert.ToHexStringLower(data[..Math.Min(data.Length, LongestText)]);
        return whole.Length <= LongestText ? whole : whole[..(LongestText - 1)] + "…";
    }
}

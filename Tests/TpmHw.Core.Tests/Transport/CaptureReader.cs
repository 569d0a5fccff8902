using System.Buffers.Binary;
using System.Text;

namespace TpmHw.Core.Tests.Transport;

/// <summary>One packet of a capture, its headers checked.</summary>
internal sealed record CapturedSegment(DateTimeOffset Time, string From, string To, uint Sequence, uint Acknowledged, byte Flags, byte[] Payload, string? Comment);

/// <summary>Reads a pcapng file of raw IPv4 packets with TCP, and accepts nothing but a valid one.</summary>
internal static class CaptureReader
{
    public static List<CapturedSegment> Read(byte[] file, out string interfaceName)
    {
        var segments = new List<CapturedSegment>();
        List<(uint Type, byte[] Body)> blocks = Blocks(file);
        Assert.Equal([0x0A0D0D0Au, 1u], blocks.Take(2).Select(b => b.Type));

        byte[] section = blocks[0].Body;
        Assert.Equal("4D3C2B1A01000000FFFFFFFFFFFFFFFF", Convert.ToHexString(section[..16]));
        Assert.Equal("TpmHw", Encoding.UTF8.GetString(Options(section[16..])[4]));

        byte[] description = blocks[1].Body;
        Assert.Equal("6500000000000000", Convert.ToHexString(description[..8])); // raw IP, not cut
        Dictionary<int, byte[]> options = Options(description[8..]);
        interfaceName = Encoding.UTF8.GetString(options[2]);
        Assert.Equal([9], options[9]);

        foreach ((uint type, byte[] body) in blocks.Skip(2))
        {
            Assert.Equal(6u, type);
            Assert.Equal(0u, Little(body, 0));
            ulong nanoseconds = ((ulong)Little(body, 4) << 32) | Little(body, 8);
            int length = (int)Little(body, 12);
            Assert.Equal(length, (int)Little(body, 16));
            int padded = (length + 3) & ~3;
            Assert.All(body[(20 + length)..(20 + padded)], b => Assert.Equal(0, b));
            string? comment = Options(body[(20 + padded)..]).TryGetValue(1, out byte[]? text) ? Encoding.UTF8.GetString(text) : null;
            segments.Add(Segment(DateTimeOffset.UnixEpoch.AddTicks((long)nanoseconds / 100), body[20..(20 + length)], comment));
        }

        CheckSequence(segments);
        return segments;
    }

    private static List<(uint Type, byte[] Body)> Blocks(byte[] file)
    {
        var blocks = new List<(uint, byte[])>();
        for (int at = 0; at < file.Length;)
        {
            int size = (int)Little(file, at + 4);
            Assert.Equal(0, size % 4);
            Assert.Equal((uint)size, Little(file, at + size - 4));
            blocks.Add((Little(file, at), file[(at + 8)..(at + size - 4)]));
            at += size;
        }

        return blocks;
    }

    private static Dictionary<int, byte[]> Options(byte[] bytes)
    {
        var options = new Dictionary<int, byte[]>();
        int at = 0;
        while (true)
        {
            int code = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 2));
            at += 4;
            if (code == 0)
            {
                Assert.Equal((0, bytes.Length), (length, at));
                return options;
            }

            options.Add(code, bytes[at..(at + length)]);
            at += (length + 3) & ~3;
        }
    }

    private static CapturedSegment Segment(DateTimeOffset time, byte[] packet, string? comment)
    {
        Assert.Equal(0x45, packet[0]);
        Assert.Equal(packet.Length, Big16(packet, 2));
        Assert.Equal(6, packet[9]);
        Assert.Equal(0xFFFF, OnesComplementSum(packet[..20]));
        byte[] tcp = packet[20..];
        byte[] pseudoHeader = [.. packet[12..20], 0, 6, (byte)(tcp.Length >> 8), (byte)tcp.Length];
        Assert.Equal(0xFFFF, OnesComplementSum([.. pseudoHeader, .. tcp]));
        Assert.Equal(0x50, tcp[12]);
        return new(
            time,
            $"{string.Join('.', packet[12..16])}:{Big16(tcp, 0)}",
            $"{string.Join('.', packet[16..20])}:{Big16(tcp, 2)}",
            BinaryPrimitives.ReadUInt32BigEndian(tcp.AsSpan(4)),
            BinaryPrimitives.ReadUInt32BigEndian(tcp.AsSpan(8)),
            tcp[13],
            tcp[20..],
            comment);
    }

    /// <summary>Each side's sequence numbers follow on one another, and each acknowledges all that came before.</summary>
    private static void CheckSequence(List<CapturedSegment> segments)
    {
        var next = new Dictionary<string, uint>();
        foreach (CapturedSegment segment in segments)
        {
            Assert.Equal(next.GetValueOrDefault(segment.From), segment.Sequence);
            bool acknowledges = (segment.Flags & 0x10) != 0;
            Assert.Equal(acknowledges ? next.GetValueOrDefault(segment.To) : 0, segment.Acknowledged);
            next[segment.From] = segment.Sequence + (uint)segment.Payload.Length + ((segment.Flags & 0x03) != 0 ? 1u : 0);
        }
    }

    private static int OnesComplementSum(byte[] bytes)
    {
        long sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (int)sum;
    }

    private static uint Little(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static int Big16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
}

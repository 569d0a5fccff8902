using System.Buffers.Binary;
using TpmHw.Spec;

namespace TpmHw.EventLog;

/// <summary>
/// The log of what was measured into the PCRs, in either of its forms (PC Client Platform Firmware Profile, 10.2): with
/// a SHA-1 digest for each event, or crypto-agile, where the first event tells which banks there are.
/// </summary>
public sealed class TcgEventLog
{
    private const int Sha1Size = 20;
    private const int LargestBankCount = 16;

    private TcgEventLog(IReadOnlyList<TpmAlgId> banks, IReadOnlyList<TcgEvent> events)
    {
        Banks = banks;
        Events = events;
    }

    /// <summary>The banks that the log has digests for.</summary>
    public IReadOnlyList<TpmAlgId> Banks { get; }

    /// <summary>The events, the first one first.</summary>
    public IReadOnlyList<TcgEvent> Events { get; }

    // "Spec ID Event03" and its zero (10.4.5.1).
    private static ReadOnlySpan<byte> CryptoAgile => "Spec ID Event03\0"u8;

    /// <summary>Reads a whole log.</summary>
    /// <exception cref="TpmFormatException">It is none, or it ends inside an event.</exception>
    public static TcgEventLog Parse(ReadOnlyMemory<byte> log)
    {
        var reader = new LogReader(log);
        var events = new List<TcgEvent>();
        List<(TpmAlgId Algorithm, int Size)> banks = [(TpmAlgId.Sha1, Sha1Size)];
        bool isAgile = false;
        while (!reader.IsAtEnd)
        {
            reader.Event = events.Count;
            events.Add(isAgile ? ReadAgile(reader, banks) : ReadSha1(reader));
            if (events.Count == 1 && events[0] is { IsMeasurement: false } first && first.Data.Span.StartsWith(CryptoAgile))
            {
                banks = ReadBanks(new LogReader(first.Data[CryptoAgile.Length..]));
                isAgile = true;
            }
        }

        return new([.. banks.Select(static b => b.Algorithm)], events);
    }

    /// <summary>TCG_PCR_EVENT.</summary>
    private static TcgEvent ReadSha1(LogReader reader)
    {
        int pcr = reader.Pcr();
        uint type = reader.UInt32("type");
        TcgEventDigest digest = new(TpmAlgId.Sha1, reader.Bytes(Sha1Size, "digest"));
        return new(pcr, type, [digest], reader.Bytes(reader.UInt32("size"), "data"));
    }

    /// <summary>TCG_PCR_EVENT2.</summary>
    private static TcgEvent ReadAgile(LogReader reader, List<(TpmAlgId Algorithm, int Size)> banks)
    {
        int pcr = reader.Pcr();
        uint type = reader.UInt32("type");
        uint count = reader.UInt32("number of digests");
        if (count > LargestBankCount)
        {
            throw reader.Bad($"has {count} digests");
        }

        var digests = new TcgEventDigest[count];
        for (int i = 0; i < digests.Length; i++)
        {
            var algorithm = (TpmAlgId)reader.UInt16("digest's algorithm");
            int bank = banks.FindIndex(b => b.Algorithm == algorithm);
            if (bank < 0)
            {
                throw reader.Bad($"has a digest of the algorithm 0x{(ushort)algorithm:X4}, which the log's first event does not list");
            }

            digests[i] = new(algorithm, reader.Bytes((uint)banks[bank].Size, "digest"));
        }

        return new(pcr, type, digests, reader.Bytes(reader.UInt32("size"), "data"));
    }

    /// <summary>TCG_EfiSpecIDEvent after its signature.</summary>
    private static List<(TpmAlgId Algorithm, int Size)> ReadBanks(LogReader reader)
    {
        reader.Bytes(8, "versions"); // platformClass, the specification's version and errata, uintnSize
        uint count = reader.UInt32("number of algorithms");
        if (count is 0 or > LargestBankCount)
        {
            throw reader.Bad($"lists {count} algorithms");
        }

        var banks = new List<(TpmAlgId, int)>();
        for (uint i = 0; i < count; i++)
        {
            banks.Add(((TpmAlgId)reader.UInt16("algorithm"), reader.UInt16("digest's size")));
        }

        return banks;
    }

    /// <summary>Little-endian fields one after the other, and where they are when one is missing.</summary>
    private sealed class LogReader(ReadOnlyMemory<byte> log)
    {
        // PCRs of a platform: 24. Virtual machines and later profiles have no more.
        private const uint LargestPcr = 31;

        private int _position;

        public int Event { get; set; }

        public bool IsAtEnd => _position == log.Length;

        public int Pcr()
        {
            uint pcr = UInt32("PCR");
            // EV_NO_ACTION of some firmware says -1: no PCR.
            return pcr is <= LargestPcr or uint.MaxValue ? (int)pcr : throw Bad($"is for the PCR {pcr}");
        }

        public uint UInt32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint), field).Span);

        public ushort UInt16(string field) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort), field).Span);

        public ReadOnlyMemory<byte> Bytes(uint size, string field)
        {
            int left = log.Length - _position;
            if (size > (uint)left)
            {
                throw Bad($"ends inside its {field}: {size} bytes wanted, {left} left");
            }

            ReadOnlyMemory<byte> bytes = log.Slice(_position, (int)size);
            _position += (int)size;
            return bytes;
        }

        public TpmFormatException Bad(string what) => new(
            FormattableString.Invariant($"This is no event log, or not all of it: event {Event}, at byte {_position}, {what}."),
            "tpmhw tcglog --raw saves a log as the operating system gives it.");
    }
}

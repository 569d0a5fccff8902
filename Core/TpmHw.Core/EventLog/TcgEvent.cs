using TpmHw.Spec;

namespace TpmHw.EventLog;

/// <summary>One entry of an event log: something that was measured, and into which PCR.</summary>
public sealed class TcgEvent
{
    internal TcgEvent(int pcr, uint type, IReadOnlyList<TcgEventDigest> digests, ReadOnlyMemory<byte> data)
    {
        Pcr = pcr;
        Type = type;
        Digests = digests;
        Data = data;
    }

    /// <summary>The PCR that was extended; -1 in an entry that is for none.</summary>
    public int Pcr { get; }

    /// <summary>What was measured: an event type of the PC Client Platform Firmware Profile or of the operating system.</summary>
    public uint Type { get; }

    /// <summary>The type's name, such as EV_SEPARATOR; null where the specification has none.</summary>
    public string? TypeName => TcgEventTypes.NameOf(Type);

    /// <summary>Whether a PCR was extended: an entry of type EV_NO_ACTION only tells something.</summary>
    public bool IsMeasurement => Type != TcgEventTypes.NoAction;

    /// <summary>What the PCR was extended with, one for each bank.</summary>
    public IReadOnlyList<TcgEventDigest> Digests { get; }

    /// <summary>What the entry says of it: often, but not always, what was hashed.</summary>
    public ReadOnlyMemory<byte> Data { get; }
}

/// <summary>A digest of an event, in one bank.</summary>
/// <param name="Algorithm">The bank.</param>
/// <param name="Value">The digest.</param>
public readonly record struct TcgEventDigest(TpmAlgId Algorithm, ReadOnlyMemory<byte> Value);

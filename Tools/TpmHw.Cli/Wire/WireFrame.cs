using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Cli.Wire;

/// <summary>A frame that was on the wire, and what it did to the TPM's registers.</summary>
internal sealed class WireFrame
{
    private const int Shown = 6;

    public WireFrame(WireTransfer transfer)
    {
        (Start, End, ClockHz) = (transfer.Start, transfer.End, transfer.ClockHz);
        (Sent, Received) = (transfer.Sent.ToArray(), transfer.Received.ToArray());
        if (RegisterTransfer.TryRead(transfer, out RegisterTransfer access))
        {
            (HasAddress, IsWrite, Locality, Register) = (true, access.IsWrite, access.Locality, access.Register);
            (Waits, IsWhole, Data) = (access.Waits, access.IsWhole, access.Data.ToArray());
        }
    }

    public TimeSpan Start { get; }

    public TimeSpan End { get; }

    public int ClockHz { get; }

    public byte[] Sent { get; }

    public byte[] Received { get; }

    /// <summary>Whether it addresses a TPM's register; what follows means something only then.</summary>
    public bool HasAddress { get; }

    public bool IsWrite { get; }

    public int Locality { get; }

    public TpmRegister Register { get; }

    public int Waits { get; }

    /// <summary>Whether the TPM was ready, and all data followed.</summary>
    public bool IsWhole { get; }

    public byte[] Data { get; } = [];

    /// <summary>What it means, once somebody has told.</summary>
    public string Meaning { get; set; } = "";

    /// <summary>Whether it is a read of TPM_STS.</summary>
    public bool IsStatusRead => HasAddress && !IsWrite && Register == TpmRegister.Sts;

    /// <summary>Direction, register and locality: read STS_0.</summary>
    public string Access => HasAddress ? $"{(IsWrite ? "write" : "read")} {RegisterNames.Of(Register)}_{Locality}" : "?";

    /// <summary>The data as there is room for: 800100000016….</summary>
    public string ShortData => Data.Length <= Shown
        ? Convert.ToHexStringLower(Data)
        : $"{Convert.ToHexStringLower(Data.AsSpan(0, Shown))}…";

    /// <summary>Whether it shows nothing that the one before did not: the same access, with the same outcome.</summary>
    public bool Repeats(WireFrame before) => (Access, ShortData, Meaning, Waits) == (before.Access, before.ShortData, before.Meaning, before.Waits);
}

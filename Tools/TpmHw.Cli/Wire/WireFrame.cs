using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Cli.Wire;

/// <summary>A frame that was on the wire, and what it did to the TPM's registers.</summary>
internal sealed class WireFrame
{
    private const int Shown = 6;
    private const string Spi = "spi";

    public WireFrame(WireTransfer transfer)
    {
        (Bus, ClockHz, Start, End, Outcome) = (transfer.Bus, transfer.ClockHz, transfer.Start, transfer.End, transfer.Outcome);
        (Sent, Received) = (transfer.Sent.ToArray(), transfer.Received.ToArray());
        if (RegisterTransfer.TryRead(transfer, out RegisterTransfer access))
        {
            (HasAddress, IsWrite, Locality, Register) = (true, access.IsWrite, access.Locality, access.Register);
            (Waits, IsWhole, Data, Value) = (access.Waits, access.IsWhole, access.Data.ToArray(), access.Value);
        }
    }

    public string Bus { get; }

    public TimeSpan Start { get; }

    public TimeSpan End { get; }

    public int ClockHz { get; }

    public WireOutcome Outcome { get; }

    public byte[] Sent { get; }

    public byte[] Received { get; }

    /// <summary>Whether it addresses a TPM's register; what follows means something only then.</summary>
    public bool HasAddress { get; }

    public bool IsWrite { get; }

    /// <summary>The locality; null where this frame alone does not say.</summary>
    public int? Locality { get; }

    public TpmRegister Register { get; }

    public int Waits { get; }

    /// <summary>Whether the TPM was ready, and all data followed.</summary>
    public bool IsWhole { get; }

    public byte[] Data { get; } = [];

    public uint Value { get; }

    /// <summary>Whether it is on a SPI bus, which has wait bytes.</summary>
    public bool IsSpi => Bus == Spi;

    /// <summary>What it means, once somebody has told.</summary>
    public string Meaning { get; set; } = "";

    /// <summary>Whether it is a read of TPM_STS.</summary>
    public bool IsStatusRead => HasAddress && !IsWrite && Register == TpmRegister.Sts;

    /// <summary>Direction, register and locality: read STS_0. A message of I2C can do without a register, as Atmel's do.</summary>
    public string Access => HasAddress ? $"{(IsWrite ? "write" : "read")} {RegisterNames.Of(Register)}{(Locality is { } locality ? $"_{locality}" : "")}"
        : IsSpi ? "?"
        : Sent.Length > 0 ? "write"
        : "read";

    /// <summary>The data as there is room for: 800100000016….</summary>
    public string ShortData
    {
        get
        {
            byte[] data = HasAddress || IsSpi ? Data : Sent.Length > 0 ? Sent : Received;
            return data.Length <= Shown ? Convert.ToHexStringLower(data) : $"{Convert.ToHexStringLower(data.AsSpan(0, Shown))}…";
        }
    }

    /// <summary>Whether it shows nothing that the one before did not: the same access, with the same outcome.</summary>
    public bool Repeats(WireFrame before) => (Access, ShortData, Meaning, Waits) == (before.Access, before.ShortData, before.Meaning, before.Waits);
}

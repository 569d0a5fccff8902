using System.Buffers.Binary;
using System.Globalization;

namespace TpmHw.Transports.Registers;

/// <summary>Byte 0 of TPM_STS (PTP 6.5.2.5).</summary>
[Flags]
public enum TpmStsFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>responseRetry, write only: the response can be read from its start again.</summary>
    ResponseRetry = 1 << 1,

    /// <summary>selfTestDone.</summary>
    SelfTestDone = 1 << 2,

    /// <summary>Expect: the TPM wants more bytes of the command. Valid with <see cref="Valid"/>.</summary>
    Expect = 1 << 3,

    /// <summary>dataAvail: the response has more bytes. Valid with <see cref="Valid"/>.</summary>
    DataAvail = 1 << 4,

    /// <summary>tpmGo, write only: execute the command.</summary>
    Go = 1 << 5,

    /// <summary>commandReady: read in the Ready state; written to get there, to abort, and to end a response.</summary>
    CommandReady = 1 << 6,

    /// <summary>stsValid: <see cref="Expect"/> and <see cref="DataAvail"/> are valid.</summary>
    Valid = 1 << 7,
}

/// <summary>A value read from TPM_STS: the flags, and how many bytes the FIFO takes or gives without waiting.</summary>
/// <param name="Value">The low three bytes, as <see cref="Read"/> puts them together.</param>
public readonly record struct TpmSts(uint Value)
{
    /// <summary>The bytes that one read takes: the flags and the whole of burstCount, so that it can't tear.</summary>
    public const int Size = 3;

    // Bit 0 is reserved, Go and responseRetry are write only: all read 0.
    private const TpmStsFlags Impossible = TpmStsFlags.Go | TpmStsFlags.ResponseRetry | (TpmStsFlags)1;

    /// <summary>Reads three bytes.</summary>
    public static TpmSts Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt16LittleEndian(bytes) | ((uint)bytes[2] << 16));

    /// <summary>Byte 0.</summary>
    public TpmStsFlags Flags => (TpmStsFlags)Value;

    /// <summary>Bytes 1 and 2: bytes that may be moved without wait states; 0 while there are none.</summary>
    public int BurstCount => (ushort)(Value >> 8);

    /// <summary>Whether bits are set that always read 0: nothing drives the bus, or the TPM belongs to another locality.</summary>
    public bool IsImpossible => (Flags & Impossible) != 0;

    /// <summary>The TPM is in the Ready state.</summary>
    public bool IsReady => Has(TpmStsFlags.CommandReady);

    /// <summary>Expect and dataAvail mean something.</summary>
    public bool IsValid => Has(TpmStsFlags.Valid);

    /// <summary>The TPM wants more bytes of the command.</summary>
    public bool Expects => Has(TpmStsFlags.Valid | TpmStsFlags.Expect);

    /// <summary>The response has more bytes.</summary>
    public bool HasData => Has(TpmStsFlags.Valid | TpmStsFlags.DataAvail);

    /// <summary>As evidence: <c>0x004090 (stsValid, dataAvail, burstCount 64)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Value:X6} ({Flags}, burstCount {BurstCount})");

    private bool Has(TpmStsFlags flags) => (Flags & flags) == flags;
}

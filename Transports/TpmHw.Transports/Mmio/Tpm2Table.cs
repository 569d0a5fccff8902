using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Transports.Mmio;

/// <summary>The ACPI table TPM2: where the firmware put the TPM's registers, and how a command is started (TCG ACPI Specification).</summary>
public sealed record Tpm2Table
{
    // Up to the start method, which every revision has.
    private const int ShortestLength = 52;
    private const int LowestRevision = 3;
    private const int HighestRevision = 5;

    private Tpm2Table()
    {
    }

    /// <summary>The table's revision, 3 to 5.</summary>
    public byte Revision { get; private init; }

    /// <summary>Whether the machine is a server; null before revision 4.</summary>
    public bool? IsServer { get; private init; }

    /// <summary>The physical address of the control area; 0 where there is none.</summary>
    public ulong ControlAddress { get; private init; }

    /// <summary>How a command is started.</summary>
    public TpmStartMethod StartMethod { get; private init; }

    /// <summary>Physical address and smallest size of the event log; null where the table ends before.</summary>
    public (ulong Address, uint Size)? Log { get; private init; }

    /// <summary>Reads the table.</summary>
    /// <param name="table">The whole table, header included.</param>
    /// <exception cref="TpmTransportException">It is damaged, or of a revision that is not known.</exception>
    public static Tpm2Table Parse(ReadOnlySpan<byte> table)
    {
        if (table.Length < ShortestLength)
        {
            throw Bad($"it has {table.Length} bytes and should have {ShortestLength} or more", table);
        }

        if (!table.StartsWith("TPM2"u8))
        {
            throw Bad("it does not begin with TPM2", table);
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(table[4..]);
        if (length != (uint)table.Length)
        {
            throw Bad($"its header gives {length} bytes and there are {table.Length}", table);
        }

        byte sum = 0;
        foreach (byte one in table)
        {
            sum += one;
        }

        if (sum != 0)
        {
            throw Bad($"its bytes add up to 0x{sum:X2} and not to 0", table);
        }

        byte revision = table[8];
        return revision is < LowestRevision or > HighestRevision
            ? throw Bad($"its revision is {revision}, and {LowestRevision} to {HighestRevision} are known", table)
            : new Tpm2Table
            {
                Revision = revision,
                IsServer = revision >= 4 ? PlatformClass(table) : null,
                ControlAddress = BinaryPrimitives.ReadUInt64LittleEndian(table[40..]),
                StartMethod = (TpmStartMethod)BinaryPrimitives.ReadUInt32LittleEndian(table[48..]),
                Log = LogOf(table, revision),
            };
    }

    /// <summary>The control area of a CRB interface that is started by its register.</summary>
    /// <param name="isResource">Whether the TPM's device has a memory resource that begins at this address.</param>
    /// <exception cref="TpmTransportException">There is none.</exception>
    internal CrbArea CrbArea(Func<ulong, bool> isResource)
    {
        if (ControlAddress < Registers.Crb.CrbArea.LocalitySize || ControlAddress % sizeof(uint) != 0)
        {
            throw new TpmTransportException(
                TpmFault.NotFound,
                "The ACPI table TPM2 gives no usable control area.",
                string.Create(CultureInfo.InvariantCulture, $"0x{ControlAddress:X}"),
                "Update the firmware, or give the address: mmio:0xFED40000.");
        }

        // The locality's registers are before the control area where it is in the range that PCs keep for TPMs, or in
        // a page that belongs to the device from its first byte on.
        ulong first = ControlAddress - Registers.Crb.CrbArea.ControlOffset;
        bool hasLocalities = first % Registers.Crb.CrbArea.LocalitySize == 0
            && ((first >= MmioRegisterBus.UsualAddress && first < MmioRegisterBus.UsualAddress + MmioRegisterBus.Localities * MmioRegisterBus.LocalitySize) || isResource(first));
        return new CrbArea(ControlAddress, hasLocalities);
    }

    /// <summary>Refuses a start method that a program can't do.</summary>
    internal void CheckStartMethod()
    {
        string? what = StartMethod switch
        {
            TpmStartMethod.Fifo or TpmStartMethod.Crb => null,
            TpmStartMethod.Acpi => "by a method of the firmware (ACPI start)",
            TpmStartMethod.CrbWithAcpi => "by its start register and a method of the firmware (CRB with ACPI start)",
            TpmStartMethod.CrbWithSmc => "by a call to the secure world (CRB with ARM SMC)",
            TpmStartMethod.Pluton => "through the doorbell of a Microsoft Pluton",
            TpmStartMethod.CrbWithFfa => "by a message to a secure partition (CRB with ARM FF-A)",
            _ => "in a way that is not known here",
        };
        if (what is not null)
        {
            throw new TpmTransportException(
                TpmFault.NotSupported,
                $"This machine's TPM is started {what}, which only the kernel can do.",
                string.Create(CultureInfo.InvariantCulture, $"start method {(uint)StartMethod} in the ACPI table TPM2"),
                "Use device:/dev/tpmrm0.");
        }
    }

    private static bool PlatformClass(ReadOnlySpan<byte> table) => BinaryPrimitives.ReadUInt16LittleEndian(table[36..]) switch
    {
        0 => false,
        1 => true,
        ushort other => throw Bad($"its platform class is {other}, and 0 and 1 are known", table),
    };

    // The parameters of the start method come before it: 12 bytes, from revision 5 on 16.
    private static (ulong, uint)? LogOf(ReadOnlySpan<byte> table, byte revision)
    {
        int offset = ShortestLength + (revision >= 5 ? 16 : 12);
        return table.Length >= offset + sizeof(uint) + sizeof(ulong)
            ? (BinaryPrimitives.ReadUInt64LittleEndian(table[(offset + sizeof(uint))..]), BinaryPrimitives.ReadUInt32LittleEndian(table[offset..]))
            : null;
    }

    private static TpmTransportException Bad(string what, ReadOnlySpan<byte> table) => new(
        TpmFault.ProtocolViolation,
        $"The ACPI table TPM2 is damaged: {what}.",
        Convert.ToHexString(table[..Math.Min(table.Length, ShortestLength)]),
        "Update the firmware, or give the address: mmio:0xFED40000.");
}

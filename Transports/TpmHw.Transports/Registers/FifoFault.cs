using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>Errors of register drivers: what was seen, and what usually causes it.</summary>
internal static class FifoFault
{
    /// <summary>An error at the register level. Where the bus itself is dead, that is the fault, whatever the driver waited for.</summary>
    public static TpmTransportException Make(FifoPort port, TpmFault fault, string seen, Deadline? deadline = null)
    {
        string evidence = string.Create(CultureInfo.InvariantCulture, $"locality {port.Locality}, {seen}");
        if (deadline is { } waited)
        {
            evidence += ", after " + waited;
        }

        (TpmFault refined, string more) = Diagnose(port, fault);
        return Make(refined, port.Bus.Name, evidence + more);
    }

    /// <summary>An error of the bus that the given register shows.</summary>
    public static TpmTransportException Make(TpmFault fault, string bus, string evidence)
    {
        (string what, string advice) = Explain(fault);
        return new TpmTransportException(fault, $"{what} ({bus})", evidence, advice);
    }

    public static string Seen(TpmAccess access) => string.Create(CultureInfo.InvariantCulture, $"TPM_ACCESS = 0x{(byte)access:X2} ({access})");

    /// <summary>What a value of TPM_DID_VID says of the bus; null where a chip answered.</summary>
    public static TpmFault? Of(uint didVid)
    {
        uint wire = BinaryPrimitives.ReverseEndianness(didVid);
        uint pairs = ((didVid & 0x00FF_00FF) << 8) | ((didVid >> 8) & 0x00FF_00FF);
        return didVid switch
        {
            uint.MaxValue => TpmFault.FloatingBus,
            0 => TpmFault.StuckLow,
            _ when ChipTable.KnowsVendor(didVid) => null,
            _ when ChipTable.KnowsVendor(wire) || ChipTable.KnowsVendor(pairs) => TpmFault.ByteSwapped,
            _ when IsKnown(wire << 1) || IsKnown((wire << 1) | 1) || IsKnown(wire >> 1) || IsKnown((wire >> 1) | 0x8000_0000) => TpmFault.BitShifted,
            _ => null,
        };

        static bool IsKnown(uint wire) => ChipTable.KnowsVendor(BinaryPrimitives.ReverseEndianness(wire));
    }

    private static (TpmFault Fault, string More) Diagnose(FifoPort port, TpmFault fault)
    {
        try
        {
            uint didVid = port.Read32(TpmRegister.DidVid);
            TpmAccess access = port.ReadAccess(port.Locality);
            bool isSound = didVid == port.DidVid && ChipTable.KnowsVendor(didVid);
            TpmFault refined = isSound ? fault : WireDiagnosis.Of(port.Bus) ?? Of(didVid) ?? fault;
            return (refined, string.Create(CultureInfo.InvariantCulture, $"; then TPM_ACCESS = 0x{(byte)access:X2}, DID_VID = 0x{didVid:X8}"));
        }
        catch (TpmTransportException e)
        {
            return (fault, "; then " + e.Message);
        }
    }

    private static (string What, string Advice) Explain(TpmFault fault) => fault switch
    {
        TpmFault.FloatingBus => (
            "Nothing drives the bus: the TPM's registers read as ones.",
            "Check that the chip is on this bus and this chip select, has power, and is not held in reset."),
        TpmFault.StuckLow => (
            "The TPM's registers read as zeros.",
            "Check the TPM's power and its reset line, and that nothing else drives the bus; after power-up it needs up to a second."),
        TpmFault.ByteSwapped => (
            "The TPM's registers arrive with their bytes in the wrong order.",
            "The bus or its adapter swaps bytes: set it to 8 bits per word."),
        TpmFault.BitShifted => (
            "The TPM's registers arrive shifted by one bit.",
            "The bus samples at the wrong edge: use SPI mode 0, and try a lower clock rate."),
        TpmFault.BadStatus => (
            "The TPM's status has bits that can't be set.",
            "Bits are damaged on the way: try a lower clock rate, shorter wires, and check the supply."),
        TpmFault.NoLocality => (
            "The TPM did not grant the locality.",
            "Another locality, or another driver, has the TPM: end it, take the TPM from it (seize=yes), or reset the TPM."),
        TpmFault.LocalityLost => (
            "The locality was lost while it was in use; a command that ran may have been executed.",
            "A higher locality or another driver took the TPM, or it was reset: check what else uses it. After a reset it needs Startup."),
        TpmFault.NotReady => (
            "The TPM did not become ready for a command.",
            "It may still be starting or be stuck in a command: wait, and if that does not help, reset it."),
        TpmFault.BurstTimeout => (
            "The TPM moved no byte for too long: burstCount stayed 0.",
            "It may be busy with something of its own; if it happens again, reset it."),
        TpmFault.StatusTimeout => (
            "The TPM's status did not become valid in time.",
            "It may be busy with something of its own; if it happens again, reset it."),
        TpmFault.ExpectStuck => (
            "The TPM counted another number of command bytes than were sent.",
            "Bytes are lost or damaged on the way: try a lower clock rate, shorter wires, and check the supply. The command was not executed."),
        TpmFault.ChecksumMismatch => (
            "The TPM's checksum is not that of the bytes that were moved.",
            "Bytes are damaged on the way, again and again: try a lower clock rate, shorter wires, other pull-ups, and check the supply."),
        TpmFault.Truncated => (
            "The response ended before the size that its header gives.",
            "Bytes are lost or damaged on the way: try a lower clock rate. The command was executed."),
        TpmFault.BadResponse => (
            "What the TPM sent back is no response.",
            "Bytes are lost or damaged on the way: try a lower clock rate. The command was executed."),
        TpmFault.Aborted => (
            "The TPM dropped the command that it was executing.",
            "It was reset or another driver aborted the command; after a reset it needs Startup."),
        TpmFault.Timeout => (
            "The TPM did not finish the command in time.",
            "The command was aborted and may have been executed. Reset the TPM if the next one fails as well."),
        _ => ("The TPM can't be used.", ""),
    };
}

using TpmHw.Wire;

namespace TpmHw.Cli.Info;

/// <summary>What a TPM 1.2 says of itself (TPM Main Part 2, 21; Part 3, 7.1).</summary>
internal sealed record Tpm12Description(
    TpmTransportInfo Info, Version Version, int SpecLevel, int ErrataRevision, string Manufacturer, bool Enabled, bool Active, bool Owned, uint Pcrs)
{
    private const uint CapFlag = 4;
    private const uint CapProperty = 5;
    private const uint CapVersionVal = 0x1A;
    private const uint FlagPermanent = 0x108;
    private const uint PropOwner = 0x111;

    /// <summary>Asks it.</summary>
    public static Tpm12Description Read(ITpmTransport transport, CancellationToken cancellationToken)
    {
        var tpm = new Tpm12Commands(transport, cancellationToken);
        var (version, level, errata, vendor) = ReadVersion(new(tpm.GetCapability(CapVersionVal)));

        // TPM_PERMANENT_FLAGS: a tag, then a byte for each flag, the first disable, ownership, deactivated.
        var flags = new TpmReader(tpm.GetCapability(CapFlag, FlagPermanent));
        flags.ReadUInt16();
        bool disabled = flags.ReadUInt8() != 0;
        flags.ReadUInt8();
        bool deactivated = flags.ReadUInt8() != 0;
        bool owned = tpm.GetCapability(CapProperty, PropOwner) is [not 0];
        return new(transport.Info, version, level, errata, vendor, !disabled, !deactivated, owned, (uint)tpm.Pcrs().Pcrs.Count);
    }

    /// <summary>TPM_CAP_VERSION_INFO: tag, TPM_VERSION, specLevel, errataRev, tpmVendorID and more.</summary>
    private static (Version Version, int Level, int Errata, string Vendor) ReadVersion(TpmReader info)
    {
        info.ReadUInt16();
        var version = new Version(info.ReadUInt8(), info.ReadUInt8(), info.ReadUInt8(), info.ReadUInt8());
        return (version, info.ReadUInt16(), info.ReadUInt8(), SpecText.Characters(info.ReadUInt32()));
    }
}

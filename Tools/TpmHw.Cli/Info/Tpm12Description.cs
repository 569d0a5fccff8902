using TpmHw.Tpm12;
using TpmHw.Wire;

namespace TpmHw.Cli.Info;

/// <summary>What a TPM 1.2 says of itself (TPM Main Part 2, 21; Part 3, 7.1).</summary>
internal sealed record Tpm12Description(
    TpmTransportInfo Info, Version Version, int SpecLevel, int ErrataRevision, string Manufacturer, bool Enabled, bool Active, bool Owned, uint Pcrs)
{
    /// <summary>Asks it.</summary>
    public static Tpm12Description Read(ITpmTransport transport, CancellationToken cancellationToken)
    {
        var tpm = new Tpm12Commands(transport, cancellationToken);
        var (version, level, errata, vendor) = ReadVersion(new(tpm.GetCapability(Tpm12Cap.VersionVal)));

        // TPM_PERMANENT_FLAGS: a tag, then a byte for each flag, the first disable, ownership, deactivated.
        var flags = new TpmReader(tpm.GetCapability(Tpm12Cap.Flag, Tpm12Cap.FlagPermanent));
        flags.ReadUInt16();
        bool disabled = flags.ReadUInt8() != 0;
        flags.ReadUInt8();
        bool deactivated = flags.ReadUInt8() != 0;
        bool owned = tpm.GetCapability(Tpm12Cap.Property, Tpm12Cap.PropertyOwner) is [not 0];
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

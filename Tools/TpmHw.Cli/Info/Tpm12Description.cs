using TpmHw.Wire;

namespace TpmHw.Cli.Info;

/// <summary>What a TPM 1.2 says of itself (TPM Main Part 2, 21; Part 3, 7.1).</summary>
internal sealed record Tpm12Description(
    TpmTransportInfo Info, Version Version, int SpecLevel, int ErrataRevision, string Manufacturer, bool Enabled, bool Active, bool Owned, uint Pcrs)
{
    private const ushort Request = 0x00C1; // TPM_TAG_RQU_COMMAND
    private const uint GetCapability = 0x65; // TPM_ORD_GetCapability
    private const uint Startup = 0x99; // TPM_ORD_Startup
    private const uint InvalidPostInit = 0x26; // TPM_INVALID_POSTINIT: Startup has not been sent, or was sent already
    private const uint CapFlag = 4;
    private const uint CapProperty = 5;
    private const uint CapVersionVal = 0x1A;
    private const uint FlagPermanent = 0x108;
    private const uint PropPcr = 0x101;
    private const uint PropOwner = 0x111;

    /// <summary>Asks it.</summary>
    public static Tpm12Description Read(ITpmTransport transport, CancellationToken cancellationToken)
    {
        var (version, level, errata, vendor) = ReadVersion(new(Capability(transport, CapVersionVal, null, cancellationToken)));

        // TPM_PERMANENT_FLAGS: a tag, then a byte for each flag, the first disable, ownership, deactivated.
        var flags = new TpmReader(Capability(transport, CapFlag, FlagPermanent, cancellationToken));
        flags.ReadUInt16();
        bool disabled = flags.ReadUInt8() != 0;
        flags.ReadUInt8();
        bool deactivated = flags.ReadUInt8() != 0;
        bool owned = Capability(transport, CapProperty, PropOwner, cancellationToken) is [not 0];
        uint pcrs = new TpmReader(Capability(transport, CapProperty, PropPcr, cancellationToken)).ReadUInt32();
        return new(transport.Info, version, level, errata, vendor, !disabled, !deactivated, owned, pcrs);
    }

    /// <summary>TPM_CAP_VERSION_INFO: tag, TPM_VERSION, specLevel, errataRev, tpmVendorID and more.</summary>
    private static (Version Version, int Level, int Errata, string Vendor) ReadVersion(TpmReader info)
    {
        info.ReadUInt16();
        var version = new Version(info.ReadUInt8(), info.ReadUInt8(), info.ReadUInt8(), info.ReadUInt8());
        return (version, info.ReadUInt16(), info.ReadUInt8(), SpecText.Characters(info.ReadUInt32()));
    }

    private static byte[] Capability(ITpmTransport transport, uint area, uint? subCap, CancellationToken cancellationToken)
    {
        Span<byte> command = stackalloc byte[TpmHeader.Size + 12];
        var writer = new TpmWriter(command[TpmHeader.Size..]);
        writer.WriteUInt32(area);
        writer.WriteUInt32(subCap is null ? 0u : sizeof(uint));
        if (subCap is { } value)
        {
            writer.WriteUInt32(value);
        }

        command = command[..(TpmHeader.Size + writer.Position)];
        new TpmHeader(Request, (uint)command.Length, GetCapability).Write(command);
        byte[] response = Send(transport, command, cancellationToken);
        if (TpmHeader.Read(response).Code == InvalidPostInit)
        {
            SendStartup(transport, cancellationToken);
            response = Send(transport, command, cancellationToken);
        }

        ThrowIfFailed(response, GetCapability);
        var reader = new TpmReader(response.AsSpan(TpmHeader.Size));
        byte[] data = reader.ReadBytes(checked((int)Math.Min(reader.ReadUInt32(), int.MaxValue))).ToArray();
        reader.ReadEnd();
        return data;
    }

    /// <summary>TPM_Startup(ST_CLEAR).</summary>
    /// <exception cref="TpmCommandException">The TPM refused it.</exception>
    public static void SendStartup(ITpmTransport transport, CancellationToken cancellationToken)
    {
        Span<byte> command = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]; // TPM_ST_CLEAR
        new TpmHeader(Request, (uint)command.Length, Startup).Write(command);
        ThrowIfFailed(Send(transport, command, cancellationToken), Startup);
    }

    private static byte[] Send(ITpmTransport transport, ReadOnlySpan<byte> command, CancellationToken cancellationToken)
    {
        byte[] response = new byte[transport.Info.MaxResponseSize];
        return response[..transport.Transmit(command, response, cancellationToken)];
    }

    private static void ThrowIfFailed(byte[] response, uint ordinal)
    {
        var code = new TpmResponseCode(TpmHeader.Read(response).Code);
        if (!code.IsSuccess)
        {
            throw new TpmCommandException(code, (Spec.TpmCc)ordinal);
        }
    }
}

using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Spec;
using TpmHw.Transports.Registers;
using TpmHw.Wire;

namespace TpmHw.Cli.Wire;

/// <summary>Says what frames mean, one after the other: what is in the FIFO depends on those before.</summary>
internal sealed class FrameReader
{
    private const uint CommandCancel = 1 << 24;

    // A byte each, so that they add up to what a register's value is made of.
    private static readonly (uint Bit, string Name)[] s_status =
    [
        ((uint)TpmStsFlags.Valid, "stsValid"),
        ((uint)TpmStsFlags.CommandReady, "commandReady"),
        ((uint)TpmStsFlags.Go, "tpmGo"),
        ((uint)TpmStsFlags.DataAvail, "dataAvail"),
        ((uint)TpmStsFlags.Expect, "Expect"),
        ((uint)TpmStsFlags.SelfTestDone, "selfTestDone"),
        ((uint)TpmStsFlags.ResponseRetry, "responseRetry"),
        (CommandCancel, "commandCancel"),
    ];

    private static readonly (uint Bit, string Name)[] s_access =
    [
        ((uint)TpmAccess.Valid, "tpmRegValidSts"),
        ((uint)TpmAccess.ActiveLocality, "activeLocality"),
        ((uint)TpmAccess.BeenSeized, "beenSeized"),
        ((uint)TpmAccess.Seize, "Seize"),
        ((uint)TpmAccess.PendingRequest, "pendingRequest"),
        ((uint)TpmAccess.RequestUse, "requestUse"),
    ];

    private readonly byte[] _header = new byte[TpmHeader.Size];
    private int _moved;
    private bool _isResponse;

    /// <summary>The meaning of the next frame.</summary>
    public string Next(WireFrame frame)
    {
        if (!frame.HasAddress)
        {
            return frame.Sent.Length == 0 ? "chip select alone, which wakes a chip" : $"addresses no register: {Convert.ToHexStringLower(frame.Sent)}";
        }

        if (!frame.IsWhole)
        {
            return frame.Received.AsSpan().ContainsAnyExcept((byte)0) ? "the TPM was not ready" : "MISO is low: nothing answers";
        }

        if (!frame.IsWrite && !frame.Data.AsSpan().ContainsAnyExcept((byte)0xFF) && frame.Register is not (TpmRegister.DataFifo or TpmRegister.XDataFifo))
        {
            return "all ones: nothing answers";
        }

        uint value = Value(frame.Data);
        return frame.Register switch
        {
            TpmRegister.Sts when frame.IsWrite => StatusWritten(value),
            TpmRegister.Sts => frame.Data.Length < TpmSts.Size
                ? Bits(s_status, value & 0xFF)
                : string.Create(CultureInfo.InvariantCulture, $"{Bits(s_status, value & 0xFF)}, burstCount {new TpmSts(value).BurstCount}"),
            TpmRegister.Access => Bits(s_access, value) + ((value & (uint)TpmAccess.NotEstablished) == 0 && !frame.IsWrite ? ", tpmEstablishment" : ""),
            TpmRegister.DataFifo or TpmRegister.XDataFifo => frame.IsWrite ? CommandBytes(frame.Data) : ResponseBytes(frame.Data),
            TpmRegister.DidVid when value == 0 => "no vendor: not there, or not yet",
            TpmRegister.DidVid => string.Create(CultureInfo.InvariantCulture, $"vendor {value & 0xFFFF:X4}, device {value >> 16:X4}"),
            TpmRegister.InterfaceId => "interface " + new TpmInterfaceId(value).Type switch
            {
                TpmInterfaceType.Fifo => "FIFO of the PTP",
                TpmInterfaceType.Crb or TpmInterfaceType.RamCrb => "CRB",
                TpmInterfaceType.Tis => "FIFO of the TIS",
                var other => string.Create(CultureInfo.InvariantCulture, $"{(int)other}"),
            },
            TpmRegister.IntfCapability => $"version {Version(value)}, burstCount {(new TpmIntfCapability(value).IsBurstCountStatic ? "static" : "varies")}",
            _ => "",
        };
    }

    private static string Version(uint value) => new TpmIntfCapability(value).Version switch
    {
        TpmInterfaceVersion.Tis12 => "TIS 1.2",
        TpmInterfaceVersion.Tis13 => "TIS 1.3",
        TpmInterfaceVersion.Ptp => "PTP",
        var other => string.Create(CultureInfo.InvariantCulture, $"{(int)other}"),
    };

    /// <summary>What is written to TPM_STS moves the FIFO on (PTP 6.5.2.5).</summary>
    private string StatusWritten(uint value)
    {
        if ((value & (uint)(TpmStsFlags.CommandReady | TpmStsFlags.Go | TpmStsFlags.ResponseRetry)) != 0)
        {
            (_moved, _isResponse) = (0, (value & (uint)TpmStsFlags.CommandReady) == 0);
        }

        return (value & (uint)TpmStsFlags.Go) != 0 ? "tpmGo: execute" : Bits(s_status, value);
    }

    private string CommandBytes(byte[] data)
    {
        if (_isResponse)
        {
            (_moved, _isResponse) = (0, false);
        }

        return Bytes("command", data, static header => header.Tag is TpmHeader.NoSessions or TpmHeader.Sessions
            ? ((TpmCc)header.Code).CommandName()
            : string.Create(CultureInfo.InvariantCulture, $"TPM 1.2 ordinal 0x{header.Code:X}"));
    }

    private string ResponseBytes(byte[] data)
    {
        if (!_isResponse)
        {
            (_moved, _isResponse) = (0, true);
        }

        return Bytes("response", data, static header => new TpmResponseCode(header.Code).Name);
    }

    /// <summary>command, 12 bytes: TPM2_GetRandom; response, bytes 1 to 10 of 44: TPM_RC_SUCCESS; response, bytes 11 to 44 of 44.</summary>
    private string Bytes(string what, byte[] data, Func<TpmHeader, string> name)
    {
        int before = _moved;
        _moved += data.Length;
        if (before < TpmHeader.Size)
        {
            data.AsSpan(0, Math.Min(data.Length, TpmHeader.Size - before)).CopyTo(_header.AsSpan(before));
        }

        if (_moved < TpmHeader.Size)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{what}, bytes {before + 1} to {_moved}");
        }

        TpmHeader header = TpmHeader.Read(_header);
        string told = before < TpmHeader.Size ? ": " + name(header) : "";
        return before == 0 && _moved == header.TotalSize
            ? string.Create(CultureInfo.InvariantCulture, $"{what}, {_moved} bytes{told}")
            : string.Create(CultureInfo.InvariantCulture, $"{what}, bytes {before + 1} to {_moved} of {header.TotalSize}{told}");
    }

    private static uint Value(byte[] data)
    {
        Span<byte> whole = stackalloc byte[sizeof(uint)];
        data.AsSpan(0, Math.Min(data.Length, whole.Length)).CopyTo(whole);
        return BinaryPrimitives.ReadUInt32LittleEndian(whole);
    }

    private static string Bits((uint Bit, string Name)[] names, uint value)
    {
        string text = string.Join(", ", names.Where(n => (value & n.Bit) != 0).Select(static n => n.Name));
        return text.Length > 0 ? text : "nothing";
    }
}

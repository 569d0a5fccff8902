using System.Globalization;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Transports.I2c;
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
        if (frame.Outcome != WireOutcome.Done)
        {
            return frame.Outcome == WireOutcome.Failed ? "the controller failed" : "not acknowledged: busy, or nothing there";
        }

        if (!frame.HasAddress)
        {
            return WithoutRegister(frame);
        }

        if (!frame.IsWhole)
        {
            return frame.Received.AsSpan().ContainsAnyExcept((byte)0) ? "the TPM was not ready" : "MISO is low: nothing answers";
        }

        if (!frame.IsWrite && !frame.Data.AsSpan().ContainsAnyExcept((byte)0xFF) && !IsAnything(frame.Register))
        {
            return "all ones: nothing answers";
        }

        uint value = frame.Value;
        return frame.Register switch
        {
            TpmRegister.Sts when frame.IsWrite => StatusWritten(value),
            TpmRegister.Sts => frame.Data.Length < TpmSts.Size
                ? Bits(s_status, value & 0xFF)
                : string.Create(CultureInfo.InvariantCulture, $"{Bits(s_status, value & 0xFF)}, burstCount {new TpmSts(value).BurstCount}"),
            TpmRegister.Sts + 1 => string.Create(CultureInfo.InvariantCulture, $"burstCount {value & 0xFFFF}"),
            TpmRegister.Sts + 2 => string.Create(CultureInfo.InvariantCulture, $"burstCount, high byte {value}"),
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
            TpmI2cRegister.LocSel => string.Create(CultureInfo.InvariantCulture, $"locality {value} from here on"),
            TpmI2cRegister.InterfaceCapability => Capability(new TpmI2cInterfaceCapability(value)),
            TpmI2cRegister.DataCsumEnable => value == 0 ? "checksum off" : "checksum on",
            TpmI2cRegister.DataCsum => string.Create(CultureInfo.InvariantCulture, $"checksum 0x{value:X4}"),
            _ => "",
        };
    }

    // Bytes and checksums, which can be ones.
    private static bool IsAnything(TpmRegister register) => register is TpmRegister.DataFifo or TpmRegister.XDataFifo or TpmI2cRegister.DataCsum;

    private static string Capability(TpmI2cInterfaceCapability capability) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(capability.CanRepeatStart ? "repeated start" : "no repeated start")}, guard time {capability.GuardTime.TotalMicroseconds:0} µs, burstCount {(capability.IsBurstCountStatic ? "static" : "varies")}");

    /// <summary>A frame that addresses no register: on a chip that has none, a message is a whole command or response.</summary>
    private string WithoutRegister(WireFrame frame)
    {
        if (frame.IsSpi)
        {
            return frame.Sent.Length == 0 ? "chip select alone, which wakes a chip" : $"addresses no register: {Convert.ToHexStringLower(frame.Sent)}";
        }

        _moved = 0;
        return frame.Sent.Length > 0 ? CommandBytes(frame.Sent) : ResponseBytes(frame.Received);
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
            return $"{what}, {Part(before + 1, _moved)}";
        }

        TpmHeader header = TpmHeader.Read(_header);
        _moved = (int)Math.Min((uint)_moved, Math.Max(header.TotalSize, TpmHeader.Size)); // some read more than there is
        string told = before < TpmHeader.Size ? ": " + name(header) : "";
        return before == 0 && _moved == header.TotalSize
            ? string.Create(CultureInfo.InvariantCulture, $"{what}, {_moved} bytes{told}")
            : string.Create(CultureInfo.InvariantCulture, $"{what}, {Part(before + 1, _moved)} of {header.TotalSize}{told}");
    }

    private static string Part(int first, int last) => first == last
        ? string.Create(CultureInfo.InvariantCulture, $"byte {last}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes {first} to {last}");

    private static string Bits((uint Bit, string Name)[] names, uint value)
    {
        string text = string.Join(", ", names.Where(n => (value & n.Bit) != 0).Select(static n => n.Name));
        return text.Length > 0 ? text : "nothing";
    }
}

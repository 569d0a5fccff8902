using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary>
/// A LetsTrust-TPM2Go: a Cypress USB-Serial bridge (CY7C6521x) whose SPI side has a modelled TPM, and whose GPIO 8 is
/// the TPM's reset line. Requests as the bridge's drivers and tpm2-tss know them.
/// </summary>
/// <param name="tpm">The TPM.</param>
/// <param name="spi">The SPI side, with the TPM on it.</param>
internal sealed class Ltt2goModel(FifoModel tpm, SpiModelPort spi) : UsbModelDevice(new UsbDeviceInfo(0x365D, 0x1337, "1-1")
{
    Serial = "SIM0000000000001",
    Name = "LetsTrust-TPM2Go",
    Path = "the model",
})
{
    private const byte EndpointOut = 0x01, EndpointIn = 0x82;
    private const int ResetGpio = 8;

    // Write the bridge's flash, or switch to that: a stick can be lost for good.
    private static readonly byte[] s_dangerous = [0xB5, 0xB6, 0xE2];

    private readonly byte[] _sent = new byte[ushort.MaxValue];
    private readonly byte[] _received = new byte[ushort.MaxValue];
    private Step _step;
    private int _length;
    private int _position;
    private bool _isInReset;

    private enum Step
    {
        /// <summary>It waits for a request.</summary>
        Idle,

        /// <summary>A frame's length is known, not all of its bytes.</summary>
        Out,

        /// <summary>The frame is over, and not all of what came back has been fetched.</summary>
        In,

        /// <summary>It has forgotten everything, and the host may look whether it has.</summary>
        Flushed,
    }

    /// <summary>The bridge's SPI controller, at its highest clock rate.</summary>
    public static SpiModelSettings Spi { get; } = new() { ClockHz = 3_000_000, CanHoldChipSelect = false };

    internal override IReadOnlyList<byte> Endpoints { get; } = [EndpointOut, EndpointIn];

    internal override FifoModel Tpm => tpm;

    internal override int Control(UsbSetup setup, Span<byte> data)
    {
        if (s_dangerous.Contains(setup.Request))
        {
            return Refuse(TpmRule.UsbDangerousRequest, setup, "it writes the bridge's flash");
        }

        // Vendor requests to the device. Without data the direction says nothing; with data these are all reads.
        bool isVendors = setup.RequestType is 0xC0 || (setup.RequestType is 0x40 && data.IsEmpty);
        return !isVendors ? Refuse(TpmRule.UsbRequest, setup, "of a type that the bridge does not know") : setup.Request switch
        {
            0xB0 => Answer(setup, data, [1, 0, 3, 0, 78, 0, 0, 0]),
            0xBD => Answer(setup, data, "CYUS"u8),
            0xC2 => Answer(setup, data, Configuration()),
            0xCA => BeginFrame(setup, data),
            0xCB when setup is { Value: 0, Index: 0 } && data.IsEmpty => Flush(),
            0xCC => Answer(setup, data, [(byte)(_step == Step.Out ? Math.Min(255, _length - _position) : 0), 0, 0, 0]),
            0xDA when setup.Value == ResetGpio => Answer(setup, data, [0, (byte)(_isInReset ? 0 : 1)]),
            0xDB when setup is { Value: ResetGpio, Index: 0 or 1 } && data.IsEmpty => SetReset(setup.Index == 0),
            _ => Refuse(TpmRule.UsbRequest, setup, "unknown, or with values that mean nothing"),
        };
    }

    internal override int Out(byte endpoint, ReadOnlySpan<byte> data)
    {
        if (_step != Step.Out)
        {
            Record(TpmRule.UsbOrder, $"{data.Length} bytes go out, and no frame was announced");
            return 0;
        }

        int taken = Math.Min(data.Length, _length - _position);
        if (data.IsEmpty || taken < data.Length)
        {
            Record(TpmRule.UsbLength, $"{data.Length} bytes go out, and the frame has {_length - _position} to come");
        }

        data[..taken].CopyTo(_sent.AsSpan(_position));
        _position += taken;
        if (_position == _length)
        {
            RunFrame();
        }

        return taken;
    }

    internal override int In(byte endpoint, Span<byte> room)
    {
        if (_step != Step.In)
        {
            if (_step != Step.Flushed)
            {
                Record(TpmRule.UsbOrder, "a read, and there is nothing to come");
            }

            return 0;
        }

        // The device sends whole packets: what the last one has no room for is lost to the host, and is an error there.
        int left = _length - _position;
        if (room.Length < left && room.Length % PacketSize != 0 && !tpm.Faults.IsOn(FaultKind.UsbShortRead))
        {
            Record(TpmRule.UsbLength, $"room for {room.Length} bytes, and {left} to come");
        }

        int given = Math.Min(left, room.Length);
        _received.AsSpan(_position, given).CopyTo(room);
        _position += given;
        _step = _position == _length ? Step.Idle : Step.In;
        return given;
    }

    internal override void Reset() => Flush();

    internal override void PowerOff()
    {
        _isInReset = false;
        Flush();
        tpm.Reset();
    }

    private int BeginFrame(UsbSetup setup, Span<byte> data)
    {
        const int BothDirections = 3;
        if (_step is Step.Out or Step.In)
        {
            return Refuse(TpmRule.UsbOrder, setup, $"the frame before has {_length - _position} bytes to {(_step == Step.Out ? "come" : "be fetched")}");
        }

        if (setup.Value != BothDirections || setup.Index == 0 || !data.IsEmpty)
        {
            return Refuse(TpmRule.UsbRequest, setup, "no frame in both directions");
        }

        _step = Step.Out;
        _length = setup.Index;
        _position = 0;
        return 0;
    }

    private void RunFrame()
    {
        Span<byte> received = _received.AsSpan(0, _length);
        if (_isInReset)
        {
            received.Fill(0xFF); // nobody drives MISO
        }
        else
        {
            spi.Exchange(_sent.AsSpan(0, _length), received, hold: false);
        }

        _step = Step.In;
        _position = 0;
    }

    private int Flush()
    {
        _step = Step.Flushed;
        _length = _position = 0;
        _sent.AsSpan().Clear();
        _received.AsSpan().Clear();
        return 0;
    }

    private int SetReset(bool isInReset)
    {
        if (_isInReset && !isInReset)
        {
            tpm.Reset();
        }

        _isInReset = isInReset;
        return 0;
    }

    // u32 frequency, data width, mode, transfer mode, MSB first, master, and the rest.
    private static byte[] Configuration()
    {
        byte[] configuration = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(configuration, (uint)Spi.ClockHz);
        new byte[] { 8, 0, 0, 1, 1 }.CopyTo(configuration, sizeof(uint));
        return configuration;
    }

    private int Answer(UsbSetup setup, Span<byte> data, ReadOnlySpan<byte> answer)
    {
        if (data.Length != answer.Length)
        {
            return Refuse(TpmRule.UsbRequest, setup, string.Create(CultureInfo.InvariantCulture, $"its answer has {answer.Length} bytes, not {data.Length}"));
        }

        answer.CopyTo(data);
        return answer.Length;
    }

    private int Refuse(TpmRule rule, UsbSetup setup, string why)
    {
        Record(rule, string.Create(CultureInfo.InvariantCulture, $"request 0x{setup.Request:X2} (type 0x{setup.RequestType:X2}, value {setup.Value}, index {setup.Index}): {why}"));
        return -1;
    }

    private void Record(TpmRule rule, string detail) => tpm.Rules.Record(rule, -1, 0, detail);
}

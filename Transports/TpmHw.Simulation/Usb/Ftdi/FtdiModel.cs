using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary>
/// An FTDI bridge at high speed: control requests as libftdi has them, bulk endpoints whose packets begin with two
/// bytes of status, and on one of its channels an engine with a TPM behind it.
/// </summary>
internal sealed class FtdiModel : UsbModelDevice
{
    private const byte EndpointOut = 0x02, EndpointIn = 0x81; // of channel A; each further one is two higher
    private const int StatusSize = 2, EnginesPerDevice = 2;
    private const ushort EngineMode = 0x02;
    private const byte ReadMemory = 0x90;
    private const byte ModemStatus = 0x32, LineStatus = 0x60; // transmitter empty

    private static readonly (FtdiModelChip Chip, ushort Product, ushort Release, int Channels, string Name)[] s_chips =
    [
        (FtdiModelChip.Ft232H, 0x6014, 0x0900, 1, "USB <-> Serial Converter"),
        (FtdiModelChip.Ft2232H, 0x6010, 0x0700, 2, "Dual RS232-HS"),
        (FtdiModelChip.Ft4232H, 0x6011, 0x0800, 4, "Quad RS232-HS"),
        (FtdiModelChip.Ft232R, 0x6014, 0x0600, 1, "FT232R USB UART"),
    ];

    private readonly FifoModel _tpm;
    private readonly FtdiWiring _wiring;
    private readonly MpsseModel _engine;
    private readonly FtdiModelSettings _settings;
    private readonly (FtdiModelChip Chip, ushort Product, ushort Release, int Channels, string Name) _chip;
    private ushort _mode;
    private TimeSpan _latency = TimeSpan.FromMilliseconds(16);

    public FtdiModel(FifoModel tpm, FtdiWiring wiring, FtdiModelSettings settings)
        : base(Describe(settings))
    {
        _tpm = tpm;
        _wiring = wiring;
        _settings = settings;
        _chip = Row(settings);
        _engine = new MpsseModel(wiring, settings.Chip == FtdiModelChip.Ft232H, settings.Chip != FtdiModelChip.Ft4232H);
        Endpoints = [.. Enumerable.Range(0, _chip.Channels).SelectMany(static c => new[] { (byte)(EndpointOut + (2 * c)), (byte)(EndpointIn + (2 * c)) })];
    }

    internal override int PacketSize => 512;

    internal override int PacketHeader => StatusSize;

    internal override int Interfaces => _chip.Channels;

    internal override IReadOnlyList<byte> Endpoints { get; }

    internal override FifoModel Tpm => _tpm;

    private bool HasEngine => _settings.Chip != FtdiModelChip.Ft232R && _settings.Channel < EnginesPerDevice;

    internal override int Control(UsbSetup setup, Span<byte> data)
    {
        if (setup is { RequestType: 0x80, Request: 6 })
        {
            return setup.Value switch
            {
                0x0100 => Give(DeviceDescriptor(), data),
                0x0200 => Give(ConfigurationDescriptor(), data),
                _ => Refuse(TpmRule.UsbRequest, setup, "no such descriptor"),
            };
        }

        if (setup.Request is 0x91 or 0x92)
        {
            return Refuse(TpmRule.UsbDangerousRequest, setup, "it writes the bridge's memory");
        }

        // Vendor requests to the device; the index says which channel, from 1 on, or which word of its memory.
        return setup.Request != ReadMemory && setup.Index != _settings.Channel + 1 ? Refuse(TpmRule.UsbRequest, setup, "for another channel than the TPM's") : setup switch
        {
            { RequestType: 0xC0, Request: 0x05 } => Give([ModemStatus, LineStatus], data),
            { RequestType: 0xC0, Request: 0x0A } => Give([(byte)_latency.TotalMilliseconds], data),
            { RequestType: 0xC0, Request: ReadMemory, Index: < 0x80 } => Give([0xFF, 0xFF], data), // a memory that is empty
            { RequestType: not 0x40 } => Refuse(TpmRule.UsbRequest, setup, "of another type"),
            _ when !data.IsEmpty => Refuse(TpmRule.UsbRequest, setup, "with data"),
            { Request: 0x00, Value: 0 } => Forget(commands: true, answers: true),
            { Request: 0x00, Value: 1 } => Forget(commands: true, answers: false),
            { Request: 0x00, Value: 2 } => Forget(commands: false, answers: true),
            { Request: 0x06 or 0x07, Value: 0 } => 0, // no event and no error character
            { Request: 0x09, Value: >= 1 and <= 255 } => SetLatency(setup.Value),
            { Request: 0x0B, Value: var mode } when mode >> 8 is 0 or EngineMode => SetMode((ushort)(mode >> 8)),
            _ => Refuse(TpmRule.UsbRequest, setup, "unknown, or with values that mean nothing"),
        };
    }

    internal override int Out(byte endpoint, ReadOnlySpan<byte> data)
    {
        if (endpoint != EndpointOut + (2 * _settings.Channel))
        {
            Record(TpmRule.UsbEndpoint, string.Create(CultureInfo.InvariantCulture, $"endpoint 0x{endpoint:X2} is of another channel"));
        }
        else if (_mode != EngineMode || !HasEngine)
        {
            Record(TpmRule.UsbOrder, $"{data.Length} bytes for a serial port");
        }
        else if (Loses(1) && data.Length > 0)
        {
            _engine.Take(data[..(data.Length / 2)]);
            _engine.Take(data[((data.Length / 2) + 1)..]);
        }
        else
        {
            _engine.Take(data);
        }

        return data.Length;
    }

    internal override int In(byte endpoint, Span<byte> room)
    {
        if (room.Length % PacketSize != 0 && !_tpm.Faults.IsOn(FaultKind.UsbShortRead))
        {
            Record(TpmRule.UsbLength, $"room for {room.Length} bytes, and packets have up to {PacketSize}");
        }

        Queue<byte> answers = _engine.Answers;
        if (_mode == EngineMode && answers.Count == 0 && !_engine.IsStuck)
        {
            (TpmRule rule, string what) = _engine.Incomplete > 0
                ? (TpmRule.UsbLength, $"a command has {_engine.Incomplete} bytes, and lacks some")
                : (TpmRule.UsbOrder, "a read, and nothing to come");
            Record(rule, what);
        }

        if (answers.Count > 0 && Loses(2))
        {
            answers.Dequeue();
        }

        if (answers.Count == 0 || !_engine.IsFlushed)
        {
            _tpm.Clock.Advance(_latency);
        }

        int given = 0;
        for (bool isFull = true; isFull && room.Length - given >= StatusSize;)
        {
            given += GivePacket(answers, room[given..Math.Min(given + PacketSize, room.Length)]);
            isFull = given % PacketSize == 0;
        }

        _engine.IsFlushed &= answers.Count > 0;
        return given;
    }

    internal override void Reset() => PowerDown();

    internal override void PowerOff()
    {
        PowerDown();
        _wiring.PowerOff();
    }

    private static int GivePacket(Queue<byte> answers, Span<byte> packet)
    {
        packet[0] = ModemStatus;
        packet[1] = LineStatus;
        int length = StatusSize;
        while (length < packet.Length && answers.TryDequeue(out byte answer))
        {
            packet[length++] = answer;
        }

        return length;
    }

    private void PowerDown()
    {
        _latency = TimeSpan.FromMilliseconds(16);
        SetMode(0);
    }

    private int Forget(bool commands, bool answers)
    {
        if (commands)
        {
            _engine.ForgetCommands();
        }

        if (answers)
        {
            _engine.Answers.Clear();
        }

        return 0;
    }

    private int SetLatency(int milliseconds)
    {
        _latency = TimeSpan.FromMilliseconds(milliseconds);
        return 0;
    }

    private int SetMode(ushort mode)
    {
        _mode = mode;
        _engine.Reset();
        return 0;
    }

    private bool Loses(int stage)
    {
        bool loses = _tpm.Faults.IsOn(FaultKind.UsbByteLost, out int value) && value == stage;
        if (loses)
        {
            _tpm.Faults.Strike(FaultKind.UsbByteLost);
        }

        return loses;
    }

    private byte[] DeviceDescriptor()
    {
        byte[] descriptor = [18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x03, 0x04, 0, 0, 0, 0, 1, 2, 3, 1];
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(10), _chip.Product);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(12), _chip.Release);
        return descriptor;
    }

    private byte[] ConfigurationDescriptor()
    {
        const int Header = 9, Interface = 9 + 7 + 7;
        byte[] descriptor = new byte[Header + (Interface * _chip.Channels)];
        new byte[] { Header, 2, (byte)descriptor.Length, (byte)(descriptor.Length >> 8), (byte)_chip.Channels, 1, 0, 0x80, 250 }.CopyTo(descriptor, 0);
        for (int i = 0; i < _chip.Channels; i++)
        {
            byte endpointIn = (byte)(EndpointIn + (2 * i)), endpointOut = (byte)(EndpointOut + (2 * i));
            byte low = (byte)PacketSize, high = (byte)(PacketSize >> 8);
            new byte[] { 9, 4, (byte)i, 0, 2, 0xFF, 0xFF, 0xFF, 2, 7, 5, endpointIn, 2, low, high, 0, 7, 5, endpointOut, 2, low, high, 0 }.CopyTo(descriptor, Header + (Interface * i));
        }

        return descriptor;
    }

    private static (FtdiModelChip Chip, ushort Product, ushort Release, int Channels, string Name) Row(FtdiModelSettings settings) => Array.Find(s_chips, c => c.Chip == settings.Chip);

    private static UsbDeviceInfo Describe(FtdiModelSettings settings) => new(0x0403, Row(settings).Product, "1-1")
    {
        Serial = "FTSIM001",
        Name = Row(settings).Name,
        Path = "the model",
    };

    private static int Give(ReadOnlySpan<byte> descriptor, Span<byte> data)
    {
        int given = Math.Min(descriptor.Length, data.Length);
        descriptor[..given].CopyTo(data);
        return given;
    }

    private int Refuse(TpmRule rule, UsbSetup setup, string why)
    {
        Record(rule, string.Create(CultureInfo.InvariantCulture, $"request 0x{setup.Request:X2} (type 0x{setup.RequestType:X2}, value 0x{setup.Value:X4}, index {setup.Index}): {why}"));
        return -1;
    }

    private void Record(TpmRule rule, string detail) => _tpm.Rules.Record(rule, -1, 0, detail);
}

using System.Buffers.Binary;
using TpmHw.Transport;

namespace TpmHw.Transports.Usb;

/// <summary>
/// One channel of an FTDI bridge with its engine (MPSSE) on: batches of commands go out, answers come back, and the
/// lines are what they should be.
/// </summary>
/// <remarks>
/// What goes wrong ends with the engine started anew, at which it lets all lines go: chip select rises, and I2C is idle.
/// Before the next batch it is set up again, and commands that don't exist show where its answers begin.
/// </remarks>
internal sealed class FtdiBridge : IDisposable
{
    private const byte VendorOut = 0x40;
    private const byte ResetRequest = 0x00, LatencyRequest = 0x09, ModeRequest = 0x0B;
    private const ushort PurgeFromHost = 1, PurgeToHost = 2, EngineMode = 0x0200;
    private const byte StandardIn = 0x80, GetDescriptor = 6;
    private const ushort DeviceDescriptor = 0x0100, ConfigurationDescriptor = 0x0200;
    private const int DeviceDescriptorSize = 18, MostConfiguration = 255;

    // Every packet begins with the state of modem lines that are not there.
    private const int StatusSize = 2;

    // As in tpm2-tss: what is not sent at once is sent after 2 ms, and the engine gets 25 ms to start.
    private const ushort LatencyMilliseconds = 2;
    private static readonly TimeSpan s_start = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_syncPatience = TimeSpan.FromMilliseconds(100);
    private const int MostStalls = 6;

    private readonly IUsbPort _usb;
    private readonly ushort _index;
    private readonly byte _endpointIn;
    private readonly byte _endpointOut;
    private readonly int _packet;
    private readonly MpsseBatch _restore = new();
    private byte[] _raw;
    private bool _isOn;
    private bool _isDisposed;

    /// <summary>Takes over a device whose interface for the channel is claimed. Nothing is sent to the engine yet.</summary>
    /// <exception cref="TpmTransportException">It has no engine there; the device has been given back.</exception>
    public FtdiBridge(IUsbPort usb, int channel, string kind, MpsseClock clock)
    {
        Clock = clock;
        _usb = usb;
        _index = (ushort)(channel + 1);
        Name = $"{kind}:{usb.Device.Serial ?? usb.Device.Location}{(channel > 0 ? $",channel={(char)('a' + channel)}" : "")}";
        try
        {
            Span<byte> device = stackalloc byte[DeviceDescriptorSize];
            ReadDescriptor(DeviceDescriptor, device, DeviceDescriptorSize);
            ushort release = BinaryPrimitives.ReadUInt16LittleEndian(device[12..]);
            Chip = FtdiChip.Find(release) ?? throw FtdiError.NoEngine(Name, release);
            if (channel >= Chip.Channels)
            {
                throw FtdiError.NoChannel(Name, Chip, channel);
            }

            Span<byte> configuration = stackalloc byte[MostConfiguration];
            int length = ReadDescriptor(ConfigurationDescriptor, configuration, 9);
            (_endpointIn, _endpointOut, _packet) = FindEndpoints(configuration[..length], channel) ?? throw FtdiError.NoEndpoints(Name, configuration[..length]);
            _raw = new byte[_packet];
        }
        catch (TpmTransportException e)
        {
            usb.Dispose();
            throw Told(e);
        }
    }

    /// <summary>What it is, for errors.</summary>
    public string Name { get; }

    public FtdiChip Chip { get; }

    public TpmClock Time => _usb.Clock;

    /// <summary>The lines' levels when nothing is going on: those that are outputs.</summary>
    public ushort Levels { get; set; }

    /// <summary>Which lines are outputs.</summary>
    public ushort Outputs { get; set; }

    /// <summary>The clock rate.</summary>
    public MpsseClock Clock { get; }

    /// <summary>What else is told to the engine when it is turned on; null for nothing.</summary>
    public Action<MpsseBatch>? Prepare { get; set; }

    /// <summary>Called when it has been turned on.</summary>
    public Action? TurnedOn { get; set; }

    /// <summary>Runs commands and gets their answers.</summary>
    /// <param name="batch">The commands; it is empty afterwards.</param>
    /// <param name="answers">Room for exactly the answers.</param>
    /// <param name="goesOn">Whether lines are as an earlier batch has left them, so that these can't begin anew.</param>
    /// <exception cref="TpmTransportException">It failed; all lines have been let go.</exception>
    public void Run(MpsseBatch batch, Span<byte> answers, bool goesOn = false)
    {
        try
        {
            if (!_isOn)
            {
                TurnOn();
            }

            batch.Flush();
            Send(batch, canRepeat: !goesOn);
            TimeSpan work = TimeSpan.FromSeconds((double)batch.Clocks / Clock.Hz);
            Receive(answers, work + s_patience);
        }
        catch (TpmTransportException e)
        {
            LetGo();
            throw Told(e);
        }
        finally
        {
            batch.Clear();
        }
    }

    /// <summary>Starts the engine anew, whatever state it is in: all lines are inputs.</summary>
    public void LetGo()
    {
        _isOn = false;
        try
        {
            Request(ModeRequest, 0); // a serial port, with RTS# and TXD high
            Request(ModeRequest, EngineMode);
        }
        catch (TpmTransportException)
        {
            // The device has gone, and with it what it drove. The first failure is the one to tell.
        }
    }

    /// <summary>Makes it a serial port again, as it was.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            Request(ModeRequest, 0);
        }
        catch (TpmTransportException)
        {
            // The device has gone.
        }

        _usb.Dispose();
    }

    /// <summary>Turns the engine on, finds where its answers begin, and sets clock and lines.</summary>
    private void TurnOn()
    {
        Demand(ResetRequest, 0);
        Demand(ModeRequest, 0);
        Demand(ResetRequest, PurgeFromHost);
        Demand(ResetRequest, PurgeToHost);
        Demand(LatencyRequest, LatencyMilliseconds);
        _usb.ClearHalt(_endpointIn);
        _usb.ClearHalt(_endpointOut);
        Demand(ModeRequest, EngineMode);
        Time.Wait(s_start);
        Synchronise(0xAA);
        Synchronise(0xAB);
        _isOn = true;

        _restore.Clear();
        _restore.Clock(Clock);
        Prepare?.Invoke(_restore);
        _restore.Low(Levels, Outputs);
        if (Chip.HasHighByte)
        {
            _restore.High(Levels, Outputs);
        }

        Send(_restore, canRepeat: false);
        TurnedOn?.Invoke();
    }

    /// <summary>Sends a command that there is not and skips what comes before the answer to it.</summary>
    private void Synchronise(byte invalid)
    {
        const byte BadCommand = 0xFA;
        _restore.Clear();
        _restore.Invalid(invalid);
        _restore.Flush();
        Send(_restore, canRepeat: false);
        var deadline = Deadline.After(s_syncPatience, Time);
        byte before = 0;
        int seen = 0;
        while (!deadline.HasPassed)
        {
            int count = ReadPackets(1, deadline.Remaining, out _);
            foreach (byte answer in _raw.AsSpan(0, count))
            {
                seen++;
                if (before == BadCommand && answer == invalid)
                {
                    return;
                }

                before = answer;
            }
        }

        throw FtdiError.NoAnswer(Name, invalid, seen, deadline);
    }

    private void Send(MpsseBatch batch, bool canRepeat)
    {
        UsbOutcome outcome = _usb.Write(_endpointOut, batch.Bytes, s_patience, out int sent);
        if (outcome != UsbOutcome.Done && sent == 0 && canRepeat)
        {
            TurnOn(); // nothing has reached the engine
            outcome = _usb.Write(_endpointOut, batch.Bytes, s_patience, out sent);
        }

        if (outcome != UsbOutcome.Done)
        {
            throw FtdiError.Failed(Name, "bulk write", outcome, sent, batch.Bytes.Length);
        }
    }

    private void Receive(Span<byte> answers, TimeSpan patience)
    {
        var deadline = Deadline.After(patience, Time);
        int received = 0;
        for (int stalls = 0; received < answers.Length;)
        {
            int left = answers.Length - received;
            int count = ReadPackets((left + _packet - StatusSize - 1) / (_packet - StatusSize), deadline.Remaining, out UsbOutcome outcome);
            if (count > left)
            {
                throw FtdiError.OutOfStep(Name, received + count, answers.Length);
            }

            _raw.AsSpan(0, count).CopyTo(answers[received..]);
            _raw.AsSpan(0, count).Clear();
            received += count;
            stalls += outcome == UsbOutcome.Stalled ? 1 : 0;
            if (outcome == UsbOutcome.Stalled && stalls < MostStalls)
            {
                _usb.ClearHalt(_endpointIn);
            }
            else if (received < answers.Length && (outcome != UsbOutcome.Done || deadline.HasPassed))
            {
                throw FtdiError.Failed(Name, "bulk read", outcome == UsbOutcome.Done ? UsbOutcome.TimedOut : outcome, received, answers.Length);
            }
        }
    }

    /// <summary>Reads packets and takes the status out of them.</summary>
    /// <returns>The bytes of the engine, at the beginning of <see cref="_raw"/>.</returns>
    private int ReadPackets(int packets, TimeSpan patience, out UsbOutcome outcome)
    {
        if (_raw.Length < packets * _packet)
        {
            _raw = new byte[packets * _packet];
        }

        outcome = _usb.Read(_endpointIn, _raw.AsSpan(0, packets * _packet), patience, out int count);
        int kept = 0;
        for (int start = 0; start < count; start += _packet)
        {
            int end = Math.Min(start + _packet, count);
            int data = Math.Max(0, end - start - StatusSize);
            _raw.AsSpan(end - data, data).CopyTo(_raw.AsSpan(kept));
            kept += data;
        }

        return kept;
    }

    private UsbOutcome Request(byte request, ushort value) =>
        _usb.Control(new UsbSetup(VendorOut, request, value, _index), default, s_patience, out _);

    private void Demand(byte request, ushort value)
    {
        UsbOutcome outcome = Request(request, value);
        outcome = outcome == UsbOutcome.Done ? outcome : Request(request, value); // all of these can be said twice
        if (outcome != UsbOutcome.Done)
        {
            throw FtdiError.Failed(Name, FormattableString.Invariant($"request 0x{request:X2}"), outcome, 0, 0);
        }
    }

    private int ReadDescriptor(ushort which, Span<byte> descriptor, int least)
    {
        UsbOutcome outcome = _usb.Control(new UsbSetup(StandardIn, GetDescriptor, which, 0), descriptor, s_patience, out int count);
        return outcome == UsbOutcome.Done && count >= least
            ? count
            : throw FtdiError.Failed(Name, FormattableString.Invariant($"descriptor 0x{which:X4}"), outcome, count, descriptor.Length);
    }

    /// <summary>The bulk endpoints of an interface, and how long their packets are at the speed that the device runs at (USB 2.0, 9.6).</summary>
    private static (byte In, byte Out, int Packet)? FindEndpoints(ReadOnlySpan<byte> configuration, int interfaceNumber)
    {
        const byte InterfaceType = 4, EndpointType = 5, Bulk = 2;
        byte endpointIn = 0, endpointOut = 0;
        int packet = 0;
        bool isHere = false;
        while (configuration.Length >= 2 && configuration[0] >= 2 && configuration[0] <= configuration.Length)
        {
            ReadOnlySpan<byte> part = configuration[..configuration[0]];
            if (part[1] == InterfaceType && part.Length >= 9)
            {
                isHere = part[2] == interfaceNumber;
            }
            else if (isHere && part[1] == EndpointType && part.Length >= 7 && (part[3] & 3) == Bulk)
            {
                bool isIn = (part[2] & 0x80) != 0;
                endpointIn = isIn ? part[2] : endpointIn;
                endpointOut = isIn ? endpointOut : part[2];
                packet = isIn ? BinaryPrimitives.ReadUInt16LittleEndian(part[4..]) & 0x7FF : packet;
            }

            configuration = configuration[part.Length..];
        }

        return endpointIn != 0 && endpointOut != 0 && packet > StatusSize ? (endpointIn, endpointOut, packet) : null;
    }

    private TpmTransportException Told(TpmTransportException e) =>
        e.Fault == TpmFault.Disconnected ? FtdiError.Unplugged(Name, e) : e;
}

using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary>
/// An open modelled device: transfers in the time that they take, halted endpoints, and the faults that a bus has. Hosts
/// begin a transfer in the next frame of the bus (a millisecond at full speed, an eighth of that at high speed), and
/// report its end with the frame.
/// </summary>
internal sealed class UsbModelPort(UsbModelBus bus, UsbModelDevice device, int session) : IUsbPort
{
    private const int HighSpeedPacket = 512;

    // How long a frame is, and how many packets fit into it: of 64 bytes (USB 2.0, table 5-9), or of 512 (5-10).
    private readonly (TimeSpan Frame, int Packets) _speed = device.PacketSize == HighSpeedPacket ? (TimeSpan.FromMicroseconds(125), 13) : (TimeSpan.FromMilliseconds(1), 19);

    private readonly HashSet<byte> _halted = [];

    public UsbDeviceInfo Device => device.Info;

    public TpmClock Clock => Tpm.Clock;

    private FifoModel Tpm => device.Tpm;

    private FaultBoard Faults => Tpm.Faults;

    public UsbOutcome Control(UsbSetup setup, Span<byte> data, TimeSpan timeout, out int transferred)
    {
        transferred = 0;
        if (Disturbed(UsbStage.Control, timeout) is { } outcome)
        {
            return outcome;
        }

        Pass(data.Length);
        int moved = device.Control(setup, data);
        transferred = Math.Max(moved, 0);
        return moved < 0 ? UsbOutcome.Stalled : UsbOutcome.Done;
    }

    public UsbOutcome Write(byte endpoint, ReadOnlySpan<byte> data, TimeSpan timeout, out int transferred)
    {
        transferred = 0;
        CheckEndpoint(endpoint, isIn: false);
        if (Disturbed(UsbStage.Out, timeout, endpoint) is { } outcome)
        {
            return outcome;
        }

        Pass(data.Length);
        transferred = device.Out(endpoint, data);
        return transferred == data.Length ? UsbOutcome.Done : Late(timeout);
    }

    public UsbOutcome Read(byte endpoint, Span<byte> data, TimeSpan timeout, out int transferred)
    {
        transferred = 0;
        CheckEndpoint(endpoint, isIn: true);
        if (Disturbed(UsbStage.In, timeout, endpoint) is { } outcome)
        {
            return outcome;
        }

        bool isCutShort = Faults.IsOn(FaultKind.UsbShortRead, out int most);
        most += device.PacketHeader;
        Span<byte> room = isCutShort && most < data.Length ? data[..most] : data;
        Pass(room.Length);
        transferred = room.IsEmpty ? 0 : device.In(endpoint, room);
        if (room.Length < data.Length)
        {
            Faults.Strike(FaultKind.UsbShortRead);
            return UsbOutcome.Done;
        }

        // Nothing but a short packet tells the host that no more will come.
        return transferred == data.Length || transferred % device.PacketSize != 0 ? UsbOutcome.Done : Late(timeout);
    }

    public void ClearHalt(byte endpoint)
    {
        CheckEndpoint(endpoint, (endpoint & 0x80) != 0);
        Begin();
        Pass(0);
        _halted.Remove(endpoint);
    }

    public void Reset()
    {
        Begin();
        Pass(0);
        _halted.Clear();
        device.Reset();
    }

    public void Dispose() => bus.Close(session);

    /// <summary>What becomes of a transfer that never gets to the device; null where it does.</summary>
    private UsbOutcome? Disturbed(UsbStage stage, TimeSpan timeout, byte? endpoint = null)
    {
        Begin();
        bus.Transfers++;
        if (IsOn(FaultKind.Unplugged))
        {
            bus.PullOut(byFault: true);
            Faults.Strike(FaultKind.Unplugged);
            throw Gone();
        }

        if (IsOn(FaultKind.UsbTimeout))
        {
            Faults.Strike(FaultKind.UsbTimeout);
            return Late(timeout);
        }

        if (IsOn(FaultKind.UsbStall))
        {
            Faults.Strike(FaultKind.UsbStall);
            if (endpoint is { } stalled)
            {
                _halted.Add(stalled);
            }

            Pass(0);
            return UsbOutcome.Stalled;
        }

        if (endpoint is { } used && _halted.Contains(used))
        {
            Pass(0);
            return UsbOutcome.Stalled;
        }

        return null;

        bool IsOn(FaultKind kind) => Faults.IsOn(kind, out int value) && value == (int)stage;
    }

    private void Begin()
    {
        bus.Settle();
        if (!bus.IsOpen(session))
        {
            throw Gone();
        }
    }

    private UsbOutcome Late(TimeSpan timeout)
    {
        Tpm.Clock.Advance(timeout);
        return UsbOutcome.TimedOut;
    }

    private void Pass(int bytes)
    {
        int packets = Math.Max(1, (bytes + device.PacketSize - 1) / device.PacketSize);
        TimeSpan now = Tpm.Clock.Now;
        long frames = (now.Ticks / _speed.Frame.Ticks) + ((packets + _speed.Packets - 1) / _speed.Packets);
        Tpm.Clock.Advance((frames * _speed.Frame) - now);
    }

    private void CheckEndpoint(byte endpoint, bool isIn)
    {
        if (!device.Endpoints.Contains(endpoint) || (endpoint & 0x80) != 0 != isIn)
        {
            Tpm.Rules.Record(TpmRule.UsbEndpoint, -1, 0, string.Create(CultureInfo.InvariantCulture, $"endpoint 0x{endpoint:X2}"));
            throw new TpmTransportException(TpmFault.InputOutput, $"The modelled device has no such endpoint: 0x{endpoint:X2}.");
        }
    }

    private static TpmTransportException Gone() => new(TpmFault.Disconnected, "The modelled device was unplugged.", "the port is of before", "Plug it in and open it again.");
}

/// <summary>The transfers of a frame, by which faults say where they strike.</summary>
internal enum UsbStage
{
    Control = 0,
    Out = 1,
    In = 2,
}

using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using TpmHw.Transports.Usb;

namespace TpmHw.Rig;

/// <summary>
/// Plugs a device into Linux's virtual host controller and answers its transfers, in the protocol of USB/IP
/// (Documentation/usb/usbip_protocol.rst): big-endian headers of 48 bytes, here on a pair of sockets and no network.
/// </summary>
internal sealed class UsbServer
{
    private const int HeaderSize = 48;
    private const int Submit = 1, Unlink = 2, Submitted = 3, Unlinked = 4;
    private const int Stalled = -32, Reset = -104; // EPIPE, ECONNRESET
    private const int FullSpeed = 2, HighSpeed = 3, DeviceId = 0x10002;

    private readonly UsbEnd _device;
    private readonly SafeFileHandle _socket;
    private readonly List<(uint Number, byte Endpoint, int Length)> _reads = [];
    private readonly byte[] _header = new byte[HeaderSize];

    private UsbServer(UsbEnd device, SafeFileHandle socket)
    {
        _device = device;
        _socket = socket;
    }

    public static void Run(UsbEnd device, CancellationToken stop)
    {
        (SafeFileHandle ours, SafeFileHandle kernels) = Native.SocketPair();
        using (ours)
        {
            using (kernels)
            {
                int file = (int)kernels.DangerousGetHandle();
                File.WriteAllText("/sys/devices/platform/vhci_hcd.0/attach", string.Create(CultureInfo.InvariantCulture, $"0 {file} {DeviceId} {(device.IsHighSpeed ? HighSpeed : FullSpeed)}"));
            }

            Console.WriteLine("farend: ready");
            var server = new UsbServer(device, ours);
            while (!stop.IsCancellationRequested)
            {
                if (Native.IsReadable(ours, milliseconds: 50))
                {
                    server.Answer();
                }
            }
        }
    }

    private void Answer()
    {
        Receive(_header);
        uint number = Field(1);
        bool isIn = Field(3) != 0;
        var endpoint = (byte)(Field(4) | (isIn ? 0x80u : 0));
        if (Field(0) == Unlink)
        {
            uint unlinked = Field(5);
            Send(Unlinked, number, _reads.RemoveAll(read => read.Number == unlinked) > 0 ? Reset : 0, 0, default);
            return;
        }

        if (Field(0) != Submit)
        {
            throw new InvalidDataException($"USB/IP command {Field(0)}.");
        }

        byte[] data = new byte[Field(6)];
        if (!isIn)
        {
            Receive(data);
        }

        if (Field(4) == 0)
        {
            int moved = _device.Control(Setup(), data);
            Send(Submitted, number, moved < 0 ? Stalled : 0, Math.Max(moved, 0), isIn && moved > 0 ? data.AsSpan(0, moved) : default);
        }
        else if (isIn)
        {
            _reads.Add((number, endpoint, data.Length));
            AnswerReads();
        }
        else
        {
            UsbOutcome outcome = _device.Write(endpoint, data, out int moved);
            Send(Submitted, number, outcome == UsbOutcome.Done ? 0 : Stalled, moved, default);
            AnswerReads();
        }
    }

    // A device that has nothing to give lets the host wait, until it has or the host gives it up.
    private void AnswerReads()
    {
        while (_reads.Count > 0)
        {
            (uint number, byte endpoint, int length) = _reads[0];
            byte[] data = new byte[length];
            UsbOutcome outcome = _device.Read(endpoint, data, out int moved);
            if (outcome == UsbOutcome.TimedOut)
            {
                return;
            }

            _reads.RemoveAt(0);
            Send(Submitted, number, outcome == UsbOutcome.Done ? 0 : Stalled, moved, data.AsSpan(0, moved));
        }
    }

    private uint Field(int index) => BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(index * sizeof(uint)));

    private UsbSetup Setup()
    {
        ReadOnlySpan<byte> setup = _header.AsSpan(40);
        return new UsbSetup(setup[0], setup[1], BinaryPrimitives.ReadUInt16LittleEndian(setup[2..]), BinaryPrimitives.ReadUInt16LittleEndian(setup[4..]));
    }

    private void Send(int command, uint number, int status, int length, ReadOnlySpan<byte> data)
    {
        byte[] answer = new byte[HeaderSize + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(answer, command);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), number);
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(20), status);
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(24), length);
        data.CopyTo(answer.AsSpan(HeaderSize));
        Native.Write(_socket, answer);
    }

    private void Receive(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int received = Native.Read(_socket, bytes);
            bytes = received > 0 ? bytes[received..] : throw new EndOfStreamException("The host controller is gone.");
        }
    }
}

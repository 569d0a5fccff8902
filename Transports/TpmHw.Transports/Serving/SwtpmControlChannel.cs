using System.Buffers.Binary;
using System.Net.Sockets;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>
/// One connection to swtpm's control channel: a u32 and its arguments in one write, answered by a u32 result and its
/// values. The TPM is not the client's alone: what would switch it off or reset it is acknowledged, and done only
/// where the front end allows it. Results are TPM 1.2's, whatever the TPM's family.
/// </summary>
internal sealed class SwtpmControlChannel(ServedConnection connection, ConnectionClients.Entry entry, SwtpmFrontEnd frontEnd)
{
    private const int LongestRequest = 4096;

    private static readonly TimeSpan s_wholeRequest = TimeSpan.FromMilliseconds(500); // as long as swtpm waits

    private readonly byte[] _request = new byte[LongestRequest];
    private readonly byte[] _answer = new byte[16];
    private SafeSocketHandle? _file;

    /// <summary>Requests of tpm_ioctl.h, those that are answered here.</summary>
    private enum Request : uint
    {
        GetCapability = 1,
        Init = 2,
        Shutdown = 3,
        GetEstablished = 4,
        SetLocality = 5,
        Cancel = 9,
        StoreVolatile = 0x0A,
        ResetEstablished = 0x0B,
        SetStateBlob = 0x0D,
        Stop = 0x0E,
        GetConfig = 0x0F,
        SetDataFile = 0x10,
        SetBufferSize = 0x11,
        LockStorage = 0x13,
    }

    /// <summary>Serves until the client leaves. It may be silent as long as it likes: QEMU has nothing to say for days.</summary>
    public void Serve()
    {
        int held;
        while ((held = Receive(0)) > 0)
        {
            var whole = Deadline.After(s_wholeRequest);
            while (held < sizeof(uint) + Arguments(held) && connection.Socket.Poll(whole.Remaining, SelectMode.SelectRead) && Receive(held) is > 0 and int more)
            {
                held += more;
            }

            bool goesOn = held >= sizeof(uint) + Arguments(held)
                ? Answer((Request)BinaryPrimitives.ReadUInt32BigEndian(_request), _request.AsSpan(sizeof(uint), held - sizeof(uint)))
                : Result(Tpm12Rc.BadParameter);
            _file?.Dispose();
            _file = null;
            if (!goesOn)
            {
                return;
            }
        }
    }

    /// <summary>How many bytes of arguments a request has at least.</summary>
    private int Arguments(int held) => held < sizeof(uint) ? 0 : (Request)BinaryPrimitives.ReadUInt32BigEndian(_request) switch
    {
        Request.SetLocality or Request.ResetEstablished => 1, // QEMU sends three bytes more
        Request.Init or Request.SetBufferSize or Request.LockStorage => sizeof(uint),
        _ => 0,
    };

    private bool Answer(Request request, ReadOnlySpan<byte> arguments)
    {
        switch (request)
        {
            case Request.GetCapability:
                return Result(Tpm12Rc.Success, Capabilities);
            case Request.Init:
                frontEnd.PowerCycle(entry.Client);
                return Result(Tpm12Rc.Success);
            case Request.Shutdown:
                Result(Tpm12Rc.Success);
                return false;
            case Request.GetEstablished:
                return Result(Tpm12Rc.Success, 0u); // no dynamic root of trust is started by these clients
            case Request.SetLocality:
                return Result(frontEnd.TrySetLocality(entry.Client, arguments[0]) ? Tpm12Rc.Success : Tpm12Rc.BadLocality);
            case Request.Cancel:
                entry.Client.Cancel();
                return Result(Tpm12Rc.Success);
            case Request.GetConfig:
                return Result(Tpm12Rc.Success, 0u); // no keys of swtpm's
            case Request.SetDataFile:
                return Result(TryServeFile() ? Tpm12Rc.Success : Tpm12Rc.BadParameter);
            case Request.SetBufferSize:
                uint size = (uint)frontEnd.BufferSize;
                return Result(Tpm12Rc.Success, size, size, size);
            case Request.Stop or Request.StoreVolatile or Request.ResetEstablished or Request.LockStorage:
                return Result(Tpm12Rc.Success);
            case Request.SetStateBlob:
                Result(Tpm12Rc.BadOrdinal);
                return false; // the state follows, maybe in many pieces
            default:
                return Result(Tpm12Rc.BadOrdinal); // the TPM's state and what it measures are not a client's
        }
    }

    /// <summary>What QEMU insists on, and what the data channel understands (PTM_CAP_… of tpm_ioctl.h).</summary>
    private static uint Capabilities => 0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x80 | 0x400 | 0x800 | 0x1000 | 0x2000 | 0x8000;

    private bool TryServeFile()
    {
        if (_file is null)
        {
            return false;
        }

        var socket = new Socket(_file);
        if (socket.SocketType != SocketType.Stream)
        {
            return false; // a file, but no such socket
        }

        _file = null;
        return frontEnd.TryServe(socket, entry);
    }

    private bool Result(uint result, params ReadOnlySpan<uint> values)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_answer, result);
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_answer.AsSpan(sizeof(uint) * (i + 1)), values[i]);
        }

        connection.Write(_answer.AsSpan(0, sizeof(uint) * (values.Length + 1)));
        return true;
    }

    private int Receive(int held)
    {
        Span<byte> room = _request.AsSpan(held);
        if (connection.Socket.AddressFamily != AddressFamily.Unix || !OperatingSystem.IsLinux())
        {
            connection.Socket.ReceiveTimeout = 0;
            return connection.Socket.Receive(room);
        }

        // .NET's sockets are non-blocking below once they were used with a timeout: wait first.
        connection.Socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
        int count = Libc.Receive(connection.Socket.SafeHandle, room, out SafeSocketHandle? file);
        if (file is not null)
        {
            _file?.Dispose();
            _file = file;
        }

        return Math.Max(count, 0);
    }
}

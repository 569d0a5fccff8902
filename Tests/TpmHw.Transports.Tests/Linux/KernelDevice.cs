using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Linux;

/// <summary>
/// A device node as the kernel's tpm-dev-common makes it, with a real TPM behind it: one command at a time, executed
/// on a thread of its own; EBUSY until its response was touched; poll and read as in linux 6.12.
/// </summary>
internal sealed class KernelDevice : IDeviceFile
{
    private const int BufferSize = 4096;

    private readonly FarSide _far;
    private readonly object _lock = new();
    private readonly byte[] _command = new byte[BufferSize];
    private int _queued;
    private byte[] _response = [];
    private int _read;
    private int _error;
    private bool _woken;
    private bool _closed;

    public KernelDevice(FarSide far)
    {
        _far = far;
        new Thread(Run) { IsBackground = true, Name = "kernel" }.Start();
    }

    /// <summary>Kernels up to 4.19: write lasts until the command has ended, and poll always says that one may read.</summary>
    public bool Blocks { get; init; }

    /// <summary>The most that one read gives.</summary>
    public int Piece { get; init; } = BufferSize;

    /// <summary>Error numbers that the next writes give, before anything is executed.</summary>
    public Queue<Errno> WriteErrors { get; } = new();

    /// <summary>Error numbers that take the place of the next responses.</summary>
    public Queue<Errno> ReadErrors { get; } = new();

    public int Write(ReadOnlySpan<byte> command)
    {
        lock (_lock)
        {
            if (WriteErrors.TryDequeue(out Errno error))
            {
                return -(int)error;
            }

            if (command.Length > BufferSize)
            {
                return -(int)Errno.E2BIG;
            }

            if (command.Length < TpmHeader.Size || TpmHeader.Read(command).TotalSize > command.Length)
            {
                return -(int)Errno.EINVAL;
            }

            if (_queued > 0 || (_read == 0 && (_response.Length > 0 || _error != 0)))
            {
                return -(int)Errno.EBUSY;
            }

            _response = [];
            _read = 0;
            command.CopyTo(_command);
            _queued = command.Length;
            Monitor.PulseAll(_lock);
            while (Blocks && _queued > 0)
            {
                Monitor.Wait(_lock);
            }

            return command.Length;
        }
    }

    public int Read(Span<byte> response)
    {
        lock (_lock)
        {
            if (_error != 0)
            {
                (int error, _error) = (_error, 0);
                return -error;
            }

            int count = Math.Min(Math.Min(response.Length, Piece), _response.Length - _read);
            _response.AsSpan(_read, count).CopyTo(response);
            _read += count;
            if (_read == _response.Length)
            {
                _response = [];
                _read = 0;
            }

            return count;
        }
    }

    public DeviceEvents Wait(int milliseconds)
    {
        lock (_lock)
        {
            if (Events() == DeviceEvents.None)
            {
                Monitor.Wait(_lock, milliseconds);
            }

            return Events();
        }
    }

    public DeviceEvents Pause(int milliseconds)
    {
        lock (_lock)
        {
            if (!_woken)
            {
                Monitor.Wait(_lock, milliseconds);
            }

            return _woken ? DeviceEvents.Woken : DeviceEvents.None;
        }
    }

    public void Wake()
    {
        lock (_lock)
        {
            _woken = true;
            Monitor.PulseAll(_lock);
        }
    }

    public void ClearWake()
    {
        lock (_lock)
        {
            _woken = false;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>A response that nobody asked for over this connection.</summary>
    public void LeaveBehind(byte[] response)
    {
        lock (_lock)
        {
            _response = response;
        }
    }

    private DeviceEvents Events() =>
        (Blocks || _response.Length > 0 || _error != 0 ? DeviceEvents.Readable : 0) | (_woken ? DeviceEvents.Woken : 0);

    private void Run()
    {
        while (true)
        {
            int length;
            lock (_lock)
            {
                while (_queued == 0 && !_closed)
                {
                    Monitor.Wait(_lock);
                }

                if (_queued == 0)
                {
                    return;
                }

                length = _queued;
            }

            FarSideReply reply;
            try
            {
                reply = _far.Execute(_command.AsSpan(0, length));
            }
            catch (ObjectDisposedException)
            {
                reply = new FarSideReply([]); // the test ended before its command did
            }

            lock (_lock)
            {
                if (ReadErrors.TryDequeue(out Errno error))
                {
                    _error = (int)error;
                }
                else if (reply.Bytes.Length == 0)
                {
                    _error = (int)Errno.EIO;
                }
                else
                {
                    _response = reply.PauseBetweenBytes > TimeSpan.Zero ? reply.Bytes[..1] : reply.Bytes;
                }

                _queued = 0;
                Monitor.PulseAll(_lock);
            }
        }
    }
}

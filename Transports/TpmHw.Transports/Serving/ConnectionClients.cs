using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Serving;

/// <summary>
/// Whose connections are whose. Programs connect anew for every command, or leave in the TPM what another program is to
/// use: then a connection is no client. On a Unix socket the process at the other end is, until it has ended; where that
/// does not say enough, all of one front end are one client, as they are to a simulator, until none has come for a while.
/// </summary>
/// <param name="connect">Adds a client to the TPM's.</param>
/// <param name="owner">Who is at the other end of a connection: a process, <see cref="Together"/> or <see cref="Alone"/>.</param>
/// <param name="linger">How long a client stays whose end can't be seen, without a connection.</param>
internal sealed class ConnectionClients(Func<ServedClient> connect, Func<Socket, int> owner, TimeSpan linger) : IDisposable
{
    /// <summary>Whoever has no process that could be asked: one client.</summary>
    public const int Together = 0;

    /// <summary>A client of this one connection.</summary>
    public const int Alone = -1;

    private static readonly TimeSpan s_sweep = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Entry> _entries = [];
    private Timer? _sweeper;
    private bool _ended;

    /// <summary>The process at the other end of a Unix socket; of any other, all together.</summary>
    public static int ByProcess(Socket socket) =>
        socket.AddressFamily == AddressFamily.Unix && OperatingSystem.IsLinux() ? Libc.PeerProcess(socket.SafeHandle) : Together;

    /// <summary>The client at the other end of a connection; to be given back with <see cref="Release"/>.</summary>
    public Entry Acquire(Socket socket)
    {
        int process = owner(socket);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (process == Alone)
            {
                return new Entry(connect(), process: null, isAlone: true) { Connections = 1 };
            }

            if (_entries.TryGetValue(process, out Entry? known) && known.Connections == 0 && known.HasEnded(linger))
            {
                known.Dispose(); // its number has gone to another process
                _entries.Remove(process);
                known = null;
            }

            if (known is null)
            {
                bool hasEnded = false;
                SafeFileHandle? file = process > 0 ? Libc.OpenProcess(process, out hasEnded) : null;
                known = new Entry(connect(), file, isAlone: false, hasEnded);
                _entries.Add(process, known);
                _sweeper ??= new Timer(static clients => ((ConnectionClients)clients!).Sweep(), this, s_sweep, s_sweep);
            }

            known.Connections++;
            return known;
        }
    }

    /// <summary>Takes one more connection for a client.</summary>
    public void AddTo(Entry entry)
    {
        lock (_gate)
        {
            entry.Connections++;
        }
    }

    public void Release(Entry entry)
    {
        bool last;
        lock (_gate)
        {
            entry.Connections--;
            entry.LastUse = Environment.TickCount64;
            last = (_ended || entry.IsAlone) && entry.Connections == 0;
        }

        if (last)
        {
            entry.Dispose();
        }
    }

    public void Dispose()
    {
        List<Entry> idle;
        lock (_gate)
        {
            _ended = true;
            _sweeper?.Dispose();
            idle = [.. _entries.Values.Where(static e => e.Connections == 0)];
            _entries.Clear();
        }

        idle.ForEach(static e => e.Dispose());
    }

    private void Sweep()
    {
        List<Entry> gone = [];
        lock (_gate)
        {
            foreach ((int process, Entry entry) in _entries)
            {
                if (entry.Connections == 0 && entry.HasEnded(linger))
                {
                    gone.Add(entry);
                    _entries.Remove(process);
                }
            }
        }

        gone.ForEach(static e => e.Dispose());
    }

    /// <summary>A client and how many connections it has.</summary>
    internal sealed class Entry(ServedClient client, SafeFileHandle? process, bool isAlone, bool hasEnded = false) : IDisposable
    {
        public bool IsAlone => isAlone;

        public ServedClient Client => client;

        public int Connections { get; set; }

        public long LastUse { get; set; } = Environment.TickCount64;

        /// <summary>Whether the process has ended; where there is none to ask, whether nobody came for a while.</summary>
        public bool HasEnded(TimeSpan linger)
        {
            if (process is null or { IsInvalid: true })
            {
                return hasEnded || Environment.TickCount64 - LastUse > linger.TotalMilliseconds;
            }

            Span<PollDescriptor> ended = [new PollDescriptor { File = (int)process.DangerousGetHandle(), Wanted = PollEvents.In }];
            return Libc.Poll(ended, 0) > 0;
        }

        public void Dispose()
        {
            client.Dispose();
            process?.Dispose();
        }
    }
}

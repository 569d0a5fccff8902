using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TpmHw.Testing;

/// <summary>How a <see cref="SwtpmProcess"/> is reached and behaves.</summary>
public sealed record SwtpmOptions
{
    /// <summary>Whether it listens on TCP ports of 127.0.0.1; otherwise on Unix sockets.</summary>
    public bool OverTcp { get; init; }

    /// <summary>The TPM's family.</summary>
    public TpmFamily Family { get; init; } = TpmFamily.Tpm20;

    /// <summary>Whether it closes the data connection after every response, as <c>swtpm -p port</c> does. Only over TCP.</summary>
    public bool ClosesAfterEachResponse { get; init; }

    /// <summary>Whether it has a control channel. Without one it is ready when its data channel listens.</summary>
    public bool HasControl { get; init; } = true;

    /// <summary>Whether it is started: otherwise its TPM waits for Startup.</summary>
    public bool Started { get; init; } = true;

    /// <summary>What is done to its state folder before it starts; null for nothing.</summary>
    public Action<string>? Prepare { get; init; }
}

/// <summary>
/// A real swtpm with a state folder of its own, ready when the constructor returns and gone when it is disposed, or
/// when this process ends in whatever way.
/// </summary>
public sealed class SwtpmProcess : IDisposable
{
    // swtpm in the background; when the standard input ends (this process is gone, or closes it), it is killed.
    private const string Keeper = """exec 3<&0 >"$0" 2>&1; "$@" </dev/null 3<&- & tpm=$!; { read _ <&3; kill -9 $tpm; } & wait $tpm""";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly SwtpmOptions _options;
    private readonly string _folder = Directory.CreateTempSubdirectory("swtpm").FullName;
    private int _port;
    private Process? _process;

    /// <summary>Starts a swtpm.</summary>
    public SwtpmProcess(SwtpmOptions? options = null)
    {
        _options = options ?? new SwtpmOptions();
        _options.Prepare?.Invoke(_folder);
        const int Attempts = 10;
        for (int attempt = 1; ; attempt++)
        {
            _port = _options.OverTcp ? FreePortPair() : 0;
            try
            {
                Start();
                return;
            }
            catch (InvalidOperationException) when (_options.OverTcp && attempt < Attempts)
            {
                // Somebody else took one of the ports in the meantime.
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    /// <summary>The connection string of the transport to it.</summary>
    public string ConnectionString => _options.OverTcp
        ? string.Create(CultureInfo.InvariantCulture, $"swtpm:host=127.0.0.1,port={_port}")
        : "swtpm:path=" + DataPath;

    /// <summary>The same address for <c>raw</c> or <c>mssim</c>.</summary>
    public string ConnectionStringOf(string kind) => kind + ConnectionString[ConnectionString.IndexOf(':', StringComparison.Ordinal)..];

    /// <summary>Its Unix socket for commands; the control channel has <c>.ctrl</c> after it.</summary>
    public string DataPath => Path.Combine(_folder, "tpm");

    private string LogPath => Path.Combine(_folder, "log");

    /// <summary>Its TCP port for commands; the control channel is one above.</summary>
    public int Port => _port;

    /// <summary>Whether it is still there.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Kills it, as a crash would.</summary>
    public void Kill()
    {
        if (_process is not { } process)
        {
            return;
        }

        process.StandardInput.Close();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again at the same address, after <see cref="Kill"/>.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
        };
        foreach (string argument in (string[])["-c", Keeper, LogPath, "swtpm", "socket", .. Arguments()])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string socket in (string[])[DataPath, DataPath + ".ctrl"])
        {
            File.Delete(socket);
        }

        _process = Process.Start(start)!;
        WaitUntilReady();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<string> Arguments()
    {
        if (_options.Family == TpmFamily.Tpm20)
        {
            yield return "--tpm2";
        }

        yield return "--tpmstate";
        yield return "dir=" + _folder;
        if (_options.ClosesAfterEachResponse)
        {
            yield return "-p";
            yield return _port.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            yield return "--server";
            yield return _options.OverTcp ? string.Create(CultureInfo.InvariantCulture, $"type=tcp,port={_port}") : "type=unixio,path=" + DataPath;
        }

        if (_options.HasControl)
        {
            yield return "--ctrl";
            yield return _options.OverTcp ? string.Create(CultureInfo.InvariantCulture, $"type=tcp,port={_port + 1}") : $"type=unixio,path={DataPath}.ctrl";
        }

        yield return "--flags";
        yield return _options.Started ? "not-need-init,startup-clear" : "not-need-init";
    }

    /// <summary>
    /// Ready is when both channels accept. swtpm has one listener's place for a waiting client, so the control channel is
    /// asked, and the data channel only where there is no other.
    /// </summary>
    private void WaitUntilReady()
    {
        long start = Stopwatch.GetTimestamp();
        while (!Answers())
        {
            if (_process!.HasExited)
            {
                string error = File.ReadAllText(LogPath);
                Kill();
                throw new InvalidOperationException("swtpm did not start: " + error);
            }

            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                Kill();
                throw new TimeoutException("swtpm did not become ready.");
            }

            Thread.Sleep(2);
        }
    }

    private bool Answers()
    {
        EndPoint endPoint = _options.OverTcp
            ? new IPEndPoint(IPAddress.Loopback, _port + (_options.HasControl ? 1 : 0))
            : new UnixDomainSocketEndPoint(DataPath + (_options.HasControl ? ".ctrl" : ""));
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(endPoint);
            if (_options.HasControl)
            {
                byte[] answer = new byte[8];
                socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
                socket.Send([0, 0, 0, 1]); // CMD_GET_CAPABILITY: answered once the TPM has started
                return socket.Receive(answer) == answer.Length;
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePortPair()
    {
        while (true)
        {
            int port = Random.Shared.Next(20000, 32000);
            using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                first.Bind(new IPEndPoint(IPAddress.Loopback, port));
                second.Bind(new IPEndPoint(IPAddress.Loopback, port + 1));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another pair.
            }
        }
    }
}

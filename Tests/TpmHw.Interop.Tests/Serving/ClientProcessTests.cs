using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TpmHw.Testing;
using TpmHw.Testing.Programs;
using TpmHw.Testing.Sharing;
using TpmHw.Transports.Serving;
using TpmHw.Wire;

namespace TpmHw.Interop.Tests.Serving;

/// <summary>Clients that are processes of their own: on a Unix socket that speaks swtpm's protocol, the process is the client.</summary>
public sealed class ClientProcessTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clients");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Sixteen_get_every_answer_right_and_leave_nothing_whether_they_end_or_are_killed()
    {
        string socket = Path.Combine(_folder.FullName, "s");
        using var shared = new SharedLibtpms();
        using var server = new TpmServer(shared.Share);
        server.Listen("swtpm:path=" + socket);
        await ClientWork.ByMany(16, number =>
        {
            using var pipe = new PipeProcess("swtpm:path=" + socket);
            new ClientWork(new TpmClient(pipe), number).Run(200);
            pipe.End(kill: number % 2 == 0);
        });
        Assert.True(SpinWait.SpinUntil(() => shared.LeftOver().Length == 0, s_patience));
    }

    [Fact]
    public async Task A_million_random_bytes_to_each_port_neither_end_it_nor_stay_in_it()
    {
        string[] kinds = ["raw", "swtpm", "mssim"];
        string[] paths = [.. kinds.Select(kind => Path.Combine(_folder.FullName, kind))];
        await using ServedTpm served = await ServedTpm.Start(
            5, ["--tpm", "libtpms", .. kinds.Zip(paths).SelectMany(p => (string[])["--listen", $"{p.First}:path={p.Second},clients=8"])]);
        string[] ports = [paths[0], paths[1], paths[1] + ".ctrl", paths[2], paths[2] + ".ctrl"];
        var random = new Random(7);
        Send(ports, 20_000, random); // what is loaded and compiled once
        (int files, long memory) = await Settled(served);
        Send(ports, 1_000_000, random);
        (int filesAfter, long memoryAfter) = await Settled(served);

        Assert.Equal(files, filesAfter);
        Assert.InRange(memoryAfter - memory, long.MinValue, 64 << 20); // five million bytes in 1250 connections, each with its thread and buffers
        using var good = new TpmClient(Transports.TransportCatalog.Default.Open("raw:path=" + paths[0]));
        Assert.Equal(10, good.Random().Length);
        (int exitCode, string log) = await served.Stop();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("failure of this server", log, StringComparison.Ordinal);
    }

    /// <summary>Random bytes, half of them beginning with a request that there may be.</summary>
    private static void Send(string[] ports, int total, Random random)
    {
        byte[] bytes = new byte[4000];
        foreach (string port in ports)
        {
            for (int sent = 0; sent < total; sent += bytes.Length)
            {
                random.NextBytes(bytes);
                if (sent / bytes.Length % 2 == 0)
                {
                    (bytes[0], bytes[1], bytes[2], bytes[3]) = (0, 0, 0, (byte)random.Next(32));
                }

                using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Connect(new UnixDomainSocketEndPoint(port));
                try
                {
                    socket.Send(bytes);
                    socket.Shutdown(SocketShutdown.Send);
                    while (socket.Receive(bytes) > 0)
                    {
                    }
                }
                catch (SocketException)
                {
                    // It was sent away already.
                }
            }
        }
    }

    /// <summary>How many files it has open, and its memory, once it has let go of its clients.</summary>
    private static async Task<(int Files, long Memory)> Settled(ServedTpm served)
    {
        int files = 0;
        for (int before = -1; before != files; await Task.Delay(300))
        {
            (before, files) = (files, Directory.GetFiles($"/proc/{served.Id}/fd").Length);
        }

        string line = File.ReadLines($"/proc/{served.Id}/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return (files, long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10);
    }

    /// <summary>A process that passes commands on: <c>tpmhw pipe</c>.</summary>
    private sealed class PipeProcess : ITpmTransport
    {
        private readonly Process _process;

        public PipeProcess(string tpm) => _process = Process.Start(new ProcessStartInfo(Repository.Tpmhw, ["pipe", "--tpm", tpm])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")) },
        })!;

        public TpmTransportInfo Info { get; } = new() { Kind = "pipe", Name = "pipe" };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            Write(command);
            _process.StandardOutput.BaseStream.ReadExactly(response[..TpmHeader.Size]);
            int length = (int)TpmHeader.Read(response).TotalSize;
            _process.StandardOutput.BaseStream.ReadExactly(response[TpmHeader.Size..length]);
            return length;
        }

        /// <summary>Ends it in order, or in the middle of a command.</summary>
        public void End(bool kill)
        {
            if (kill)
            {
                Write(RawCommands.Long(TpmFamily.Tpm20));
                _process.Kill();
            }

            _process.StandardInput.Close();
            Assert.True(_process.WaitForExit(s_patience));
            Assert.Equal(kill, _process.ExitCode != 0);
        }

        public void Dispose()
        {
            _process.Kill();
            _process.Dispose();
        }

        private void Write(ReadOnlySpan<byte> command)
        {
            _process.StandardInput.BaseStream.Write(command);
            _process.StandardInput.BaseStream.Flush();
        }
    }
}

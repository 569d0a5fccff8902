using System.Net;
using System.Net.Sockets;
using TpmHw.Testing;

namespace TpmHw.Transports.Tests.Processes;

/// <summary>A far side on a TCP port of this machine, and the command line of a program that relays its own input and output to it.</summary>
internal sealed class RelayedFarSide : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Action<NetworkStream> _serve;

    public RelayedFarSide(FarSide far)
        : this(stream => Serve(stream, far))
    {
    }

    public RelayedFarSide(Action<NetworkStream> serve)
    {
        _serve = serve;
        _listener.Start();
        CommandLine = $"exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/{((IPEndPoint)_listener.LocalEndpoint).Port} 4<&0; cat <&3 & cat <&4 >&3 & wait -n; kill $(jobs -p) 2>/dev/null'";
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string CommandLine { get; }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                client.NoDelay = true;
                new Thread(() => Run(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Run(TcpClient client)
    {
        using (client)
        {
            try
            {
                _serve(client.GetStream());
            }
            catch (IOException)
            {
                // The program was ended.
            }
        }
    }

    private static void Serve(NetworkStream stream, FarSide far)
    {
        byte[] command = new byte[4096];
        while (stream.ReadAtLeast(command.AsSpan(0, 10), 10, throwOnEndOfStream: false) == 10)
        {
            int size = (int)Wire.TpmHeader.Read(command).TotalSize;
            stream.ReadExactly(command, 10, size - 10);
            FarSideReply reply = far.Execute(command.AsSpan(0, size));
            if (reply.PauseBetweenBytes == TimeSpan.Zero)
            {
                stream.Write(reply.Bytes);
            }
            else
            {
                foreach (byte b in reply.Bytes)
                {
                    stream.WriteByte(b);
                    Thread.Sleep(reply.PauseBetweenBytes);
                }
            }

            if (reply.ThenClose)
            {
                return;
            }
        }
    }
}

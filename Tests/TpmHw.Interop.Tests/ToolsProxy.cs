using System.Net.Sockets;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Interop.Tests;

/// <summary>
/// What tpm2-tools take for a swtpm: a socket that hands commands to a libtpms in this process and keeps what passes.
/// They connect anew for every command.
/// </summary>
internal sealed class ToolsProxy : IDisposable
{
    private readonly ITpmTransport _tpm = TransportCatalog.Default.Open("libtpms");
    private readonly StreamServer _server;
    private readonly Socket _control = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Lock _lock = new();

    public ToolsProxy()
    {
        Tpm = new(_tpm);
        Tpm.Commands.Startup(TpmSu.Clear);
        _server = new(SocketKind.Unix, Serve);
        _control.Bind(new UnixDomainSocketEndPoint(_server.Place + ".ctrl"));
        _control.Listen();
        new Thread(Control) { IsBackground = true }.Start();
    }

    /// <summary>The TPM itself.</summary>
    public Tpm2 Tpm { get; }

    /// <summary>The connection string for tpm2-tools.</summary>
    public string ConnectionString => "swtpm:" + _server.Options;

    /// <summary>What passed, in order.</summary>
    public List<(byte[] Command, byte[] Response)> Exchanges { get; } = [];

    public void Dispose()
    {
        _control.Dispose();
        _server.Dispose();
        Tpm.Dispose();
    }

    /// <summary>Does what a resource manager does when a program has ended: what it left loaded goes.</summary>
    public void Flush()
    {
        foreach (TpmHt kind in (TpmHt[])[TpmHt.Transient, TpmHt.HmacSession]) // that is loaded sessions of both kinds
        {
            var loaded = (TpmuCapabilities.Handles)Tpm.Commands.GetCapability(TpmCap.Handles, (uint)kind << 24, 16).CapabilityData.Data;
            foreach (TpmHandle handle in loaded.Items)
            {
                Tpm.Commands.FlushContext(handle);
            }
        }
    }

    /// <summary>swtpm's control channel, as far as the tools use it: CMD_SET_LOCALITY, a code and a byte, answered by a result of 0.</summary>
    private void Control()
    {
        try
        {
            while (true)
            {
                using Socket connection = _control.Accept();
                byte[] request = new byte[5];
                while (StreamServer.TryRead(connection, request))
                {
                    connection.Send(new byte[4]);
                }
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private void Serve(Socket connection)
    {
        lock (_lock)
        {
            byte[] command = new byte[TpmTransportInfo.UsualSize];
            byte[] response = new byte[TpmTransportInfo.UsualSize];
            while (StreamServer.TryRead(connection, command.AsSpan(0, TpmHeader.Size)))
            {
                int size = (int)TpmHeader.Read(command).TotalSize;
                StreamServer.TryRead(connection, command.AsSpan(TpmHeader.Size, size - TpmHeader.Size));
                int length = _tpm.Transmit(command.AsSpan(0, size), response);
                Exchanges.Add((command[..size], response[..length]));
                connection.Send(response.AsSpan(0, length));
            }
        }
    }
}

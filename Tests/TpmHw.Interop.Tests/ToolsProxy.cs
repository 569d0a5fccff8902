using System.Net.Sockets;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Interop.Tests;

/// <summary>
/// What tpm2-tools take for a swtpm: a socket that hands commands to a libtpms in this process and keeps what passes.
/// Loaded objects and sessions go when a program has ended, as with a resource manager.
/// </summary>
internal sealed class ToolsProxy : IDisposable
{
    private readonly ITpmTransport _tpm = TransportCatalog.Default.Open("libtpms");
    private readonly StreamServer _server;
    private readonly Lock _lock = new();

    public ToolsProxy()
    {
        Tpm = new(_tpm);
        Tpm.Commands.Startup(TpmSu.Clear);
        _server = new(SocketKind.Unix, Serve);
    }

    /// <summary>The TPM itself.</summary>
    public Tpm2 Tpm { get; }

    /// <summary>The connection string for tpm2-tools.</summary>
    public string ConnectionString => "swtpm:" + _server.Options;

    /// <summary>What passed, in order.</summary>
    public List<(byte[] Command, byte[] Response)> Exchanges { get; } = [];

    public void Dispose()
    {
        _server.Dispose();
        Tpm.Dispose();
    }

    /// <summary>One program from its start to its end: the next one waits until what this one has left is gone.</summary>
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

            Flush(TpmHt.Transient);
            Flush(TpmHt.HmacSession); // loaded sessions of both kinds
        }
    }

    private void Flush(TpmHt kind)
    {
        var loaded = (TpmuCapabilities.Handles)Tpm.Commands.GetCapability(TpmCap.Handles, (uint)kind << 24, 16).CapabilityData.Data;
        foreach (TpmHandle handle in loaded.Items)
        {
            Tpm.Commands.FlushContext(handle);
        }
    }
}

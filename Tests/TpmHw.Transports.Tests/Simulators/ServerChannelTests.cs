using System.Net.Sockets;
using TpmHw.Testing;

namespace TpmHw.Transports.Tests;

/// <summary>Servers that treat their connections in ways of their own.</summary>
public sealed class ServerChannelTests
{
    [Fact]
    public void A_server_that_closes_after_each_response_is_sent_each_command_once()
    {
        using var far = new FarSide();
        using var server = new RawServer(far, SocketKind.TcpV4) { ClosesAfterEachResponse = true };
        using ITpmTransport tpm = TransportCatalog.Default.Open("raw:" + server.Listener.Options);
        const int Commands = 50;
        for (int i = 0; i < Commands; i++)
        {
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
            Thread.Sleep(i == 0 ? 50 : 0); // on a loaded machine its first close can come late
        }

        Assert.Equal(Commands, far.Executed);
        Assert.Equal(Commands, server.Listener.Accepted);
    }

    [Fact]
    public void A_server_that_keeps_its_connection_is_connected_once()
    {
        using var far = new FarSide();
        using var server = new RawServer(far, SocketKind.Unix);
        using ITpmTransport tpm = TransportCatalog.Default.Open("raw:" + server.Listener.Options);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
        }

        Assert.Equal(1, server.Listener.Accepted);
    }

    [Theory]
    [InlineData(SocketKind.Unix)]
    [InlineData(SocketKind.TcpV4)]
    public void An_answer_in_pieces_is_one_answer(SocketKind kind)
    {
        using var far = new FarSide();
        using var server = new RawServer(far, kind);
        using ITpmTransport tpm = TransportCatalog.Default.Open("raw:" + server.Listener.Options);
        for (int i = 0; i < 3; i++)
        {
            far.MisbehaveOnce(honest => new FarSideReply(honest, PauseBetweenBytes: TimeSpan.FromMilliseconds(1)));
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
        }

        Assert.Equal(1, server.Listener.Accepted);
    }

    [Fact]
    public void Bytes_that_come_after_an_answer_end_the_connection_and_not_the_transport()
    {
        using var far = new FarSide();
        using var received = new SemaphoreSlim(0);
        using var strayed = new SemaphoreSlim(0);
        using var server = new StreamServer(SocketKind.Unix, connection =>
        {
            byte[] command = RawCommands.GetRandom(TpmFamily.Tpm20, 8);
            while (StreamServer.TryRead(connection, command))
            {
                connection.Send(far.Execute(command).Bytes);
                received.Wait();
                connection.Send([1, 2, 3]);
                strayed.Release();
            }
        });
        using ITpmTransport tpm = TransportCatalog.Default.Open("raw:" + server.Options);
        const int Commands = 4;
        for (int i = 0; i < Commands; i++)
        {
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
            received.Release();
            Assert.True(strayed.Wait(TimeSpan.FromSeconds(10)));
        }

        Assert.Equal(Commands, far.Executed);
        Assert.Equal(Commands, server.Accepted);
    }

    [Fact]
    public void A_connection_that_ended_while_it_was_idle_is_made_anew()
    {
        using var far = new FarSide();
        var connections = new List<Socket>();
        using var server = new StreamServer(SocketKind.TcpV4, connection =>
        {
            lock (connections)
            {
                connections.Add(connection);
            }

            byte[] command = RawCommands.GetRandom(TpmFamily.Tpm20, 8);
            while (StreamServer.TryRead(connection, command))
            {
                connection.Send(far.Execute(command).Bytes);
            }
        });
        using ITpmTransport tpm = TransportCatalog.Default.Open("raw:" + server.Options);
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
            lock (connections)
            {
                connections[^1].Shutdown(SocketShutdown.Both);
            }
        }

        Assert.Equal(3, server.Accepted);
    }
}

using System.Net.Sockets;
using TpmHw.Testing;
using TpmHw.Testing.Sharing;
using TpmHw.Transport;
using TpmHw.Transports.Serving;

namespace TpmHw.Transports.Tests.Serving;

/// <summary>Where a server listens, and what it does to what is there.</summary>
public sealed class ListenAddressTests : ServingBench
{
    [Fact]
    public void A_unix_socket_has_the_mode_that_is_wanted()
    {
        Server.Listen($"raw:path={Socket("usual")}");
        Server.Listen($"raw:path={Socket("own")},mode=0600");
        Assert.Equal("rw-rw----", Mode(Socket("usual")));
        Assert.Equal("rw-------", Mode(Socket("own")));
    }

    [Fact]
    public void A_socket_that_somebody_left_is_replaced_and_one_that_is_served_stays()
    {
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(Socket("elsewhere")));
            File.Move(Socket("elsewhere"), Socket("s")); // otherwise .NET would tidy up
        }

        Assert.True(File.Exists(Socket("s")));
        Server.Listen($"raw:path={Socket("s")}");
        Assert.Equal(TpmFault.Busy, Assert.Throws<TpmTransportException>(() => Server.Listen($"raw:path={Socket("s")}")).Fault);
        using TpmClient client = Open($"raw:path={Socket("s")}");
        client.Random();
    }

    [Fact]
    public void A_file_that_is_no_socket_stays()
    {
        File.WriteAllText(Socket("key.pem"), "precious");
        Assert.Contains("no socket", Assert.Throws<TpmTransportException>(() => Server.Listen($"raw:path={Socket("key.pem")}")).ToString(), StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Socket("key.pem")));
    }

    [Fact]
    public async Task A_server_that_has_stopped_leaves_the_address_to_the_next_one()
    {
        var first = new TpmServer(Shared.Share);
        first.Listen($"raw:path={Socket("s")}");
        using var hold = new ManualResetEventSlim();
        try
        {
            using Socket client = Connect(Socket("s"));
            Shared.Held = hold;
            client.Send(RawCommands.GetRandom(TpmFamily.Tpm20, 8));
            Assert.True(SpinWait.SpinUntil(() => Shared.IsHeld, Bound));
            Task<bool> stopped = Task.Run(() => first.Stop(TimeSpan.FromMilliseconds(200)), CancellationToken.None);
            Assert.True(SpinWait.SpinUntil(() => !File.Exists(Socket("s")), Bound));
            Server.Listen($"raw:path={Socket("s")}");
            Assert.False(await stopped); // a command still runs
            Assert.True(File.Exists(Socket("s")));
        }
        finally
        {
            hold.Set();
        }
    }

    [Theory]
    [InlineData("nothing:port=1")]
    [InlineData("raw")]
    [InlineData("raw:host=127.0.0.1")]
    [InlineData("raw:path=/x,port=1")]
    [InlineData("raw:path=/x,mode=9")]
    [InlineData("raw:host=localhost,port=1")]
    [InlineData("raw:port=1,colour=red")]
    [InlineData("swtpm:port=65535")]
    [InlineData("swtpm:path=/x,localities=5")]
    [InlineData("swtpm:path=/x,objects=0")]
    [InlineData("swtpm:path=/x,sessions=0")]
    [InlineData("swtpm:path=/x,clients=0")]
    public void A_front_end_that_is_not_understood_is_an_error(string frontEnd)
    {
        Assert.Equal(TpmFault.BadConnectionString, Assert.Throws<TpmTransportException>(() => Server.Listen(frontEnd)).Fault);
    }

    private static string Mode(string path) => string.Concat(
        "rwxrwxrwx".Select((letter, bit) => ((int)File.GetUnixFileMode(path) >> (8 - bit) & 1) != 0 ? letter : '-'));
}

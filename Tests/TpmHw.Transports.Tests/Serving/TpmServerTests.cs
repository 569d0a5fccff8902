using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TpmHw.Testing;
using TpmHw.Testing.Sharing;
using TpmHw.Transport;
using TpmHw.Transports.Serving;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Serving;

public sealed class TpmServerTests : ServingBench
{
    [Theory]
    [InlineData("raw")]
    [InlineData("swtpm")]
    [InlineData("mssim")]
    public void The_transport_of_the_same_name_reaches_it_over_a_unix_socket(string kind)
    {
        Server.Listen($"{kind}:path={Socket("s")}");
        using TpmClient client = Open($"{kind}:path={Socket("s")}" + (kind == "mssim" ? $",platform-path={Socket("s")}.ctrl" : ""));
        Assert.Equal(10, client.Random().Length);
        Assert.Equal(0x80000000u, client.LoadKey([1]).Handle);
        Assert.Equal([0x80000000u], client.Handles(0x80));
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("swtpm")]
    [InlineData("mssim")]
    public void The_transport_of_the_same_name_reaches_it_over_tcp(string kind)
    {
        int port = Listen(p => $"{kind}:port={p}");
        using TpmClient client = Open($"{kind}:host=127.0.0.1,port={port}");
        Assert.Equal(10, client.Random().Length);
    }

    [Theory]
    [InlineData("raw:path=")]
    [InlineData("mssim:path=")]
    public async Task A_client_that_is_gone_leaves_nothing_behind(string kind)
    {
        Server.Listen(kind + Socket("s"));
        using (TpmClient client = Open(kind + Socket("s") + (kind.StartsWith('m') ? $",platform-path={Socket("s")}.ctrl" : "")))
        {
            client.LoadKey([1]);
            client.StartSession();
        }

        using TpmClient watcher = new(Shared.Share.Connect("watcher"));
        long start = Stopwatch.GetTimestamp();
        while (Left() > 0 && Stopwatch.GetElapsedTime(start) < Bound)
        {
            await Task.Delay(5);
        }

        Assert.Equal(0, Left());

        int Left() => Shared.LeftOver().Length;
    }

    [Fact]
    public void Silent_slow_and_raving_clients_delay_nobody()
    {
        Server.Listen($"raw:path={Socket("s")}");
        var bad = new List<Socket>();
        for (int i = 0; i < 10; i++)
        {
            bad.Add(Connect(Socket("s")));                                  // silent
            bad.Add(Connect(Socket("s")));
            bad[^1].Send([0x80, 0x01, 0, 0]);                               // half a command
            bad.Add(Connect(Socket("s")));
            bad[^1].Send([0x80, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4]); // no command
            bad.Add(Connect(Socket("s")));
            bad[^1].Send(RawCommands.GetRandom(TpmFamily.Tpm20, 16));       // never reads
        }

        using TpmClient good = Open($"raw:path={Socket("s")}");
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 20; i++)
        {
            good.Random();
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Bound);
        bad.ForEach(static s => s.Dispose());
    }

    [Fact]
    public void Half_a_command_is_waited_for_no_longer_than_the_patience()
    {
        Server.Listen($"raw:path={Socket("s")},patience=50");
        using Socket client = Connect(Socket("s"));
        client.Send([0x80, 0x01, 0, 0]);
        client.ReceiveTimeout = (int)Bound.TotalMilliseconds;
        Assert.Equal(0, client.Receive(new byte[1]));
    }

    [Fact]
    public void A_silent_connection_is_ended_when_its_time_is_over()
    {
        Server.Listen($"raw:path={Socket("s")},idle=50");
        using Socket client = Connect(Socket("s"));
        client.ReceiveTimeout = (int)Bound.TotalMilliseconds;
        Assert.Equal(0, client.Receive(new byte[1]));
    }

    [Fact]
    public void There_are_no_more_connections_than_allowed()
    {
        Server.Listen($"raw:path={Socket("s")},clients=2");
        using TpmClient first = Open($"raw:path={Socket("s")}"), second = Open($"raw:path={Socket("s")}");
        first.Random();
        second.Random();
        using Socket third = Connect(Socket("s"));
        third.ReceiveTimeout = (int)Bound.TotalMilliseconds;
        Assert.Equal(0, third.Receive(new byte[1]));
        first.Random();
    }

    [Fact]
    public void A_command_that_is_too_long_is_refused_and_the_next_one_answered()
    {
        Server.Listen($"raw:path={Socket("s")}");
        using Socket client = Connect(Socket("s"));
        client.ReceiveTimeout = (int)Bound.TotalMilliseconds;
        client.Send(RawCommands.Command(0x8001, 0x146, new byte[5000]));
        Assert.Equal("80010000000A00000142", Receive(client, 10));
        client.Send(RawCommands.GetRandom(TpmFamily.Tpm20, 8));
        Assert.StartsWith("80010000001400000000", Receive(client, 20), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raw", "")]
    [InlineData("swtpm", "")]
    [InlineData("swtpm", ".ctrl")]
    [InlineData("mssim", "")]
    [InlineData("mssim", ".ctrl")]
    public void Random_bytes_hurt_nobody_else(string kind, string suffix)
    {
        Server.Listen($"{kind}:path={Socket("s")},patience=100");
        Server.Listen($"raw:path={Socket("good")}");
        var random = new Random(7);
        byte[] bytes = new byte[400];
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                (bytes[0], bytes[1], bytes[2], bytes[3]) = (0, 0, 0, (byte)random.Next(32)); // a request that there may be
            }

            using Socket client = Connect(Socket("s") + suffix);
            try
            {
                client.Send(bytes);
            }
            catch (SocketException)
            {
                // It was sent away already.
            }
        }

        using TpmClient good = Open($"raw:path={Socket("good")}");
        Assert.Equal(10, good.Random().Length);
    }

    [Fact]
    public void A_process_that_has_ended_before_it_was_seen_is_no_client_for_long()
    {
        using var process = Process.Start("true");
        process.WaitForExit();
        int ended = process.Id;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var clients = new ConnectionClients(
            () => new ServedClient(Shared.Share.Connect("ended"), Bound, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance), _ => ended, TimeSpan.FromHours(1));
        ConnectionClients.Entry entry = clients.Acquire(socket);
        entry.Client.Execute(RawCommands.Command(TpmHeader.NoSessions, 0x186, [0, 0, 0, 0x0B]), new byte[TpmTransportInfo.UsualSize]); // TPM2_HashSequenceStart
        Assert.NotEmpty(Shared.LeftOver());
        clients.Release(entry);
        Assert.True(SpinWait.SpinUntil(() => Shared.LeftOver().Length == 0, Bound));
    }

    [Fact]
    public void A_client_may_reset_the_tpm_only_where_the_front_end_says_so()
    {
        Server.Listen($"swtpm:path={Socket("may-not")}");
        Server.Listen($"swtpm:path={Socket("may")},reset=yes,localities=3");
        using TpmClient key = new(Shared.Share.Connect("key"));
        uint handle = key.LoadKey([1]).Handle;
        using (TpmClient client = Open($"swtpm:path={Socket("may-not")}"))
        {
            client.Transport.FindAbility<ITpmReset>()!.Reset();
            Assert.Throws<TpmTransportException>(() => client.Transport.FindAbility<ITpmLocality>()!.Locality = 1);
        }

        Assert.Equal(0u, key.Hmac(handle, [1]).Code);
        using (TpmClient client = Open($"swtpm:path={Socket("may")}"))
        {
            client.Transport.FindAbility<ITpmLocality>()!.Locality = 3;
            client.Transport.FindAbility<ITpmReset>()!.Reset();
        }

        Assert.Equal(0x910u, key.Hmac(handle, [1]).Code);
    }

    [Fact]
    public void A_simulator_that_is_off_executes_nothing_and_is_reset_when_it_is_switched_on()
    {
        Server.Listen($"mssim:path={Socket("s")},reset=yes");
        using Socket commands = Connect(Socket("s")), platform = Connect(Socket("s.ctrl"));
        byte[] random = RawCommands.GetRandom(TpmFamily.Tpm20, 8);
        byte[] send = [0, 0, 0, 8, 0, 0, 0, 0, (byte)random.Length, .. random];
        platform.Send([0, 0, 0, 2]);
        Assert.Equal("00000000", Receive(platform, 4));
        int before = Shared.Commands;
        commands.Send(send);
        Assert.Equal("0000000000000000", Receive(commands, 8));
        Assert.Equal(before, Shared.Commands);
        platform.Send([0, 0, 0, 1]);
        Assert.Equal("00000000", Receive(platform, 4));
        commands.Send(send);
        Assert.StartsWith("0000000A80010000000A00000100", Receive(commands, 14), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_switches_the_tpm_on_starts_it_once_although_it_was_never_off()
    {
        Server.Listen($"swtpm:path={Socket("s")}");
        using TpmClient client = Open($"swtpm:path={Socket("s")}");
        byte[] clear = [0, 0];
        Assert.Equal(0x100u, client.Send(TpmHeader.NoSessions, 0x144, clear).Code); // TPM_RC_INITIALIZE
        client.Transport.FindAbility<ITpmReset>()!.Reset();
        client.Random();
        Assert.Equal(0u, client.Send(TpmHeader.NoSessions, 0x144, clear).Code);
        Assert.Equal(0x100u, client.Send(TpmHeader.NoSessions, 0x144, clear).Code);
    }

    [Fact]
    public void Stopping_gives_the_running_command_its_response_and_takes_the_socket_away()
    {
        Server.Listen($"raw:path={Socket("s")}");
        using Socket client = Connect(Socket("s"));
        client.ReceiveTimeout = (int)TimeSpan.FromSeconds(30).TotalMilliseconds;
        client.Send(RawCommands.Long(TpmFamily.Tpm20));
        Thread.Sleep(20);
        Server.Stop(TimeSpan.FromSeconds(30));
        Assert.Equal("8002", Receive(client, 2));
        Assert.False(File.Exists(Socket("s")));
    }

    [Fact]
    public void A_command_is_cancelled_when_its_time_is_over()
    {
        Server.Listen($"raw:path={Socket("s")},limit=50");
        using Socket client = Connect(Socket("s"));
        client.ReceiveTimeout = (int)Bound.TotalMilliseconds;
        using var hold = new ManualResetEventSlim();
        using var other = new HeldTurn(Shared, hold);
        client.Send(RawCommands.GetRandom(TpmFamily.Tpm20, 8));
        Assert.Equal("80010000000A00000909", Receive(client, 10)); // TPM_RC_CANCELED
        hold.Set();
    }

    [Fact]
    public void Clients_connections_waits_and_refusals_are_counted()
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, double>();
        using var meters = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == TpmHwTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument.Name, value));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Count(instrument.Name, 1));
        meters.Start();
        Server.Listen($"raw:path={Socket("s")}");
        using (TpmClient client = Open($"raw:path={Socket("s")}"))
        {
            Enumerable.Range(1, 4).ToList().ForEach(key => client.LoadKey([(byte)key]));
        }

        using Socket strange = Connect(Socket("s"));
        strange.Send([0x80, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
        Assert.Equal("80010000000A00000142", Receive(strange, 10));

        // Other tests count as well, at the same time.
        Assert.All(
            [TpmHwTelemetry.ShareClientsInstrument, TpmHwTelemetry.ShareQueueInstrument, TpmHwTelemetry.ShareSwapsInstrument, TpmHwTelemetry.ServerConnectionsInstrument, TpmHwTelemetry.ServerRefusalsInstrument],
            name => Assert.True(seen.ContainsKey(name), name));

        void Count(string name, double value) => seen.AddOrUpdate(name, value, (_, before) => before + value);
    }
}

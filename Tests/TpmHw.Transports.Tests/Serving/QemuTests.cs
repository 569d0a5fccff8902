using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using TpmHw.Testing;
using TpmHw.Testing.Sharing;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Serving;

namespace TpmHw.Transports.Tests.Serving;

/// <summary>The control channel as QEMU's -tpmdev emulator uses it: it hands over its data channel, and sends whole structures.</summary>
public sealed class QemuTests : IDisposable
{
    private const string Ok = "00000000";

    private readonly string _folder = Directory.CreateTempSubdirectory("qemu").FullName;
    private readonly SharedLibtpms _shared = new();
    private readonly TpmServer _server;
    private readonly Socket _control = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public QemuTests()
    {
        _server = new TpmServer(_shared.Share);
        _server.Listen($"swtpm:path={Path.Combine(_folder, "s")}");
        _control.Connect(new UnixDomainSocketEndPoint(Path.Combine(_folder, "s.ctrl")));
        _control.ReceiveTimeout = 10_000;
    }

    public void Dispose()
    {
        _control.Dispose();
        _server.Dispose();
        _shared.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_machine_starts_uses_the_tpm_and_is_switched_off()
    {
        (SafeFileHandle data, SafeFileHandle given) = UnixSockets.Pair(SocketType.Stream);
        UnixSockets.Send(_control, [0, 0, 0, 0x10], given);
        given.Dispose();
        Assert.Equal(Ok, Answer(4));
        Assert.StartsWith("8001", Ask(data, RawCommands.Command(0x00C1, 0x65, [])), StringComparison.Ordinal); // which family is it?
        Assert.Equal(0x348Fu, Convert.ToUInt32(Control("00000001", 8)[8..], 16) & 0x348F);                     // what QEMU has to have
        Assert.Equal(Ok, Control("0000000E", 4));                                                              // STOP
        Assert.Equal(Ok + "000010000000100000001000", Control("00000011" + "00001000", 16));                   // SET_BUFFERSIZE
        Assert.Equal(Ok, Control("00000002" + "00000000", 4));                                                 // INIT
        Assert.Equal(Ok, Control("00000005" + "00000000", 4));                                                 // SET_LOCALITY
        Assert.Equal(Ok + Ok, Control("00000004", 8));                                                         // GET_TPMESTABLISHED
        Assert.Equal("80010000000A00000000", Ask(data, RawCommands.Startup(TpmFamily.Tpm20)));                   // it was switched on, says INIT
        Assert.StartsWith("80010000001400000000", Ask(data, RawCommands.GetRandom(TpmFamily.Tpm20, 8)), StringComparison.Ordinal);
        Assert.Equal(Ok, Control("00000009", 4));                                                              // CANCEL_TPM_CMD
        Assert.Equal("0000003D", Control("00000005" + "04000000", 4));                                         // SET_LOCALITY 4: not for this client
        Assert.Equal(Ok, Control("00000003", 4));                                                              // SHUTDOWN
        Assert.Equal(0, _control.Receive(new byte[1]));
        data.Dispose();
    }

    [Fact]
    public void A_machine_may_leave_its_tpm_alone_for_longer_than_any_connection_may_be_silent()
    {
        _server.Listen($"swtpm:path={Path.Combine(_folder, "t")},idle=50");
        using var control = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        control.Connect(new UnixDomainSocketEndPoint(Path.Combine(_folder, "t.ctrl")));
        (SafeFileHandle data, SafeFileHandle given) = UnixSockets.Pair(SocketType.Stream);
        UnixSockets.Send(control, [0, 0, 0, 0x10], given);
        given.Dispose();
        Assert.Equal(4, control.Receive(new byte[4]));
        Thread.Sleep(200);
        Assert.StartsWith("80010000001400000000", Ask(data, RawCommands.GetRandom(TpmFamily.Tpm20, 8)), StringComparison.Ordinal);
        data.Dispose();
    }

    [Fact]
    public void A_data_channel_that_is_missing_or_no_socket_is_refused()
    {
        Assert.Equal("00000003", Control("00000010", 4));
        using SafeFileHandle file = File.OpenHandle(Path.Combine(_folder, "f"), FileMode.Create, FileAccess.ReadWrite);
        UnixSockets.Send(_control, [0, 0, 0, 0x10], file);
        Assert.Equal("00000003", Answer(4));
        Assert.Equal(Ok, Control("0000000E", 4));
    }

    [Fact]
    public void Files_that_belong_to_no_request_are_closed()
    {
        (SafeFileHandle data, SafeFileHandle given) = UnixSockets.Pair(SocketType.Stream);
        UnixSockets.Send(_control, [0, 0, 0, 0x0E], given);
        given.Dispose();
        Assert.Equal(Ok, Answer(4));
        Assert.Equal(0, Libc.Read(data, new byte[1])); // the end of the stream: nobody has the other side
        data.Dispose();
    }

    [Theory]
    [InlineData("00000006")]                                     // HASH_START
    [InlineData("00000007" + "00000003" + "AABBCC")]             // HASH_DATA
    [InlineData("00000008")]                                     // HASH_END
    [InlineData("0000000C" + "00000000" + "00000001" + "00000000")] // GET_STATEBLOB
    [InlineData("00000012" + "0000000000000001" + "00000000" + "00000000")] // GET_INFO
    [InlineData("00000063")]
    public void What_a_client_of_a_shared_TPM_can_not_have_is_refused_and_the_next_request_answered(string request)
    {
        Assert.Equal("0000000A", Control(request, 4));
        Assert.Equal(Ok, Control("0000000E", 4));
    }

    [Fact]
    public void A_state_that_is_to_be_set_is_refused_and_not_taken_for_requests()
    {
        _control.Send(Convert.FromHexString("0000000D" + "00000000" + "00000001" + "00010000"));
        Assert.Equal("0000000A", Answer(4));
        Assert.Equal(0, _control.Receive(new byte[1]));
    }

    private string Control(string request, int length)
    {
        _control.Send(Convert.FromHexString(request));
        return Answer(length);
    }

    private string Answer(int length)
    {
        byte[] answer = new byte[length];
        Assert.True(StreamServer.TryRead(_control, answer));
        return Convert.ToHexString(answer);
    }

    private static string Ask(SafeFileHandle data, byte[] command)
    {
        Assert.Equal(command.Length, Libc.Write(data, command));
        PollDescriptor[] files = [new() { File = (int)data.DangerousGetHandle(), Wanted = PollEvents.In }];
        Assert.Equal(1, Libc.Poll(files, 10_000));
        byte[] answer = new byte[4096];
        return Convert.ToHexString(answer, 0, Libc.Read(data, answer));
    }
}

using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Linux;

public sealed class DeviceTransportTests : IDisposable
{
    private readonly FarSide _far = new();
    private readonly byte[] _response = new byte[4096];

    public static TheoryData<int, bool, TpmFault, string> Errors => new()
    {
        { (int)Errno.EINVAL, true, TpmFault.InputOutput, "resource manager refused" },
        { (int)Errno.EINVAL, false, TpmFault.InputOutput, "malformed" },
        { (int)Errno.ENOMEM, true, TpmFault.InputOutput, "3 transient objects" },
        { (int)Errno.EFAULT, true, TpmFault.InputOutput, "save or load" },
        { (int)Errno.EFAULT, false, TpmFault.BadResponse, "length" },
        { (int)Errno.E2BIG, false, TpmFault.InputOutput, "longer" },
        { (int)Errno.EPIPE, false, TpmFault.Disconnected, "sleep" },
        { (int)Errno.ENODEV, true, TpmFault.Disconnected, "gone" },
        { (int)Errno.EIO, false, TpmFault.InputOutput, "driver" },
        { (int)Errno.ETIME, true, TpmFault.Timeout, "time" },
        { (int)Errno.ECANCELED, false, TpmFault.InputOutput, "stopped" },
        { 95, false, TpmFault.InputOutput, "failed" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_number_of_write_is_told_in_words_and_the_next_command_works(int error, bool managed, TpmFault fault, string words)
    {
        var device = new KernelDevice(_far);
        using DeviceTransport transport = Over(device, managed);
        device.WriteErrors.Enqueue((Errno)error);

        AssertFails(transport, error, fault, words);

        Assert.Equal(0, _far.Executed);
        AssertAnswers(transport, 9);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_number_in_place_of_the_response_is_told_in_words_and_the_next_command_works(int error, bool managed, TpmFault fault, string words)
    {
        var device = new KernelDevice(_far);
        using DeviceTransport transport = Over(device, managed);
        device.ReadErrors.Enqueue((Errno)error);

        AssertFails(transport, error, fault, words);

        Assert.Equal(1, _far.Executed);
        AssertAnswers(transport, 9);
    }

    [Fact]
    public void Trouble_of_the_resource_manager_says_that_sessions_are_lost()
    {
        var device = new KernelDevice(_far);
        using DeviceTransport transport = Over(device, managed: true);
        device.WriteErrors.Enqueue(Errno.ENOMEM);
        Assert.Contains("sessions", Assert.Throws<TpmTransportException>(() => Send(transport, 8)).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_left_over_is_never_returned()
    {
        var device = new KernelDevice(_far);
        using DeviceTransport transport = Over(device);
        device.LeaveBehind(RawCommands.Response(0x101));
        AssertAnswers(transport, 9);
        Assert.Equal(1, _far.Executed);
    }

    [Fact]
    public void The_late_error_of_a_command_given_up_is_nobodys()
    {
        var device = new KernelDevice(_far);
        using DeviceTransport transport = Over(device, timeout: TimeSpan.FromMilliseconds(50));
        _far.HangOnce();
        Assert.Equal(TpmFault.Timeout, Assert.Throws<TpmTransportException>(() => Send(transport, 8)).Fault);
        device.ReadErrors.Enqueue(Errno.EIO);
        _far.Release();
        AssertAnswers(transport, 9);
    }

    [Fact]
    public void While_an_earlier_command_hangs_the_next_one_is_not_sent()
    {
        using DeviceTransport transport = Over(new KernelDevice(_far), timeout: TimeSpan.FromMilliseconds(50));
        _far.HangOnce();
        Assert.Contains("did not answer", Assert.Throws<TpmTransportException>(() => Send(transport, 8)).Message, StringComparison.Ordinal);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Send(transport, 8));

        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Contains("earlier command", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _far.Executed);
        _far.Release();
        AssertAnswers(transport, 9);
    }

    [Fact]
    public void A_driver_that_forgets_the_error_costs_one_deadline_and_no_more()
    {
        // Some kernels store nothing when a queued command fails: poll then never says that one may read.
        var device = new ForgetfulDevice();
        using var transport = new DeviceTransport("device:/dev/tpm0", Node("/dev/tpm0"), device, TimeSpan.FromMilliseconds(20));
        Assert.Equal(TpmFault.Timeout, Assert.Throws<TpmTransportException>(() => Send(transport, 8)).Fault);
        device.Response = RawCommands.Response(0);
        Assert.Equal(0u, Send(transport, 8).Code);
    }

    [Fact]
    public void A_piece_of_a_command_taken_is_an_error()
    {
        using var transport = new DeviceTransport("device:/dev/tpm0", Node("/dev/tpm0"), new ForgetfulDevice { Takes = 5 });
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Send(transport, 8));
        Assert.Equal(TpmFault.ProtocolViolation, error.Fault);
        Assert.Contains("5 of 12", error.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tpm_1_2_answers_too()
    {
        using var far = new FarSide(TpmFamily.Tpm12);
        using DeviceTransport transport = Over(new KernelDevice(far));
        int length = transport.Transmit(RawCommands.GetRandom(TpmFamily.Tpm12, 16), _response);
        Assert.Equal(RawCommands.RandomResponseSize(TpmFamily.Tpm12, 16), length);
    }

    [Theory]
    [InlineData("/dev/tpmrm0", true)]
    [InlineData("/dev/tpmrm11", true)]
    [InlineData("/dev/tcmrm0", true)]
    [InlineData("/dev/tpm0", false)]
    [InlineData("/dev/tcm0", false)]
    [InlineData("/dev/pts/3", false)]
    public void The_name_tells_whether_there_is_a_resource_manager(string path, bool managed) =>
        Assert.Equal(managed, Node(path).IsManaged);

    [Theory]
    [InlineData("1", "/dev/tpm3", TpmFamily.Tpm12)]
    [InlineData("2", "/dev/tpm3", TpmFamily.Tpm20)]
    [InlineData("", "/dev/tpmrm3", TpmFamily.Tpm20)]
    [InlineData("", "/dev/tpm3", null)]
    [InlineData("2", "/dev/pts/3", null)]
    public void The_kernel_tells_the_family(string version, string path, TpmFamily? family)
    {
        using var machine = new Machine();
        machine.Put("sys/class/tpm/tpm3/tpm_version_major", version);
        Assert.Equal(family, new DeviceNode(path, machine.Host).Family);
    }

    [Fact]
    public async Task A_tpm_1_2_is_asked_to_stop_and_its_response_is_waited_for()
    {
        using var machine = new Machine();
        machine.Put("sys/class/tpm/tpm0/tpm_version_major", "1");
        string cancelFile = machine.Put("sys/class/tpm/tpm0/device/cancel", "");
        var device = new KernelDevice(_far);
        using var transport = new DeviceTransport("device:/dev/tpm0", new DeviceNode("/dev/tpm0", machine.Host), device);
        using var cancel = new CancellationTokenSource();
        _far.HangOnce();
        Task<TpmHeader> running = Task.Factory.StartNew(() => Send(transport, 8, cancel.Token), TaskCreationOptions.LongRunning);
        Assert.True(_far.WaitUntilHanging());
        device.ReadErrors.Enqueue(Errno.ECANCELED);

        await cancel.CancelAsync();
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(cancelFile).Length > 0, TimeSpan.FromSeconds(10)));
        Assert.False(running.IsCompleted);
        _far.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        AssertAnswers(transport, 9);
    }

    [Theory]
    [InlineData("/dev/tpm0")]
    [InlineData("/dev/tpmrm0")]
    public void The_kernels_event_log_is_read(string path)
    {
        using var machine = new Machine();
        using var transport = new DeviceTransport("device", new DeviceNode(path, machine.Host), new KernelDevice(_far));
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => transport.ReadEventLog()).Fault);

        string file = machine.Put("sys/kernel/security/tpm0/binary_bios_measurements", "what was measured");

        Assert.Equal(File.ReadAllBytes(file), transport.ReadEventLog());
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => transport.ReadEventLog(TpmEventLogKind.Boot)).Fault);
    }

    public void Dispose() => _far.Dispose();

    private static DeviceNode Node(string path) => new(path, new LinuxHost("/nowhere"));

    private static DeviceTransport Over(IDeviceFile device, bool managed = false, TimeSpan? timeout = null)
    {
        string path = managed ? "/dev/tpmrm0" : "/dev/tpm0";
        return new DeviceTransport("device:" + path, Node(path), device, timeout);
    }

    private static void AssertFails(DeviceTransport transport, int number, TpmFault fault, string words)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => transport.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 8), new byte[4096]));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains($"errno {number}", error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    private void AssertAnswers(DeviceTransport transport, int bytes) =>
        Assert.Equal((uint)RawCommands.RandomResponseSize(TpmFamily.Tpm20, bytes), Send(transport, bytes).TotalSize);

    private TpmHeader Send(DeviceTransport transport, int bytes, CancellationToken cancellationToken = default)
    {
        transport.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, bytes), _response, cancellationToken);
        return TpmHeader.Read(_response);
    }

    /// <summary>Takes commands, and has nothing to read unless it is given something.</summary>
    private sealed class ForgetfulDevice : IDeviceFile
    {
        private bool _asked;

        public byte[]? Response { get; set; }

        public int Takes { get; init; } = int.MaxValue;

        public int Write(ReadOnlySpan<byte> command)
        {
            _asked = true;
            return Math.Min(Takes, command.Length);
        }

        public int Read(Span<byte> response)
        {
            _asked = false;
            Response?.CopyTo(response);
            return Response?.Length ?? 0;
        }

        public DeviceEvents Wait(int milliseconds)
        {
            if (Response is not null && _asked)
            {
                return DeviceEvents.Readable;
            }

            Thread.Sleep(milliseconds);
            return DeviceEvents.None;
        }

        public DeviceEvents Pause(int milliseconds) => DeviceEvents.None;

        public void Wake()
        {
        }

        public void ClearWake()
        {
        }

        public void Dispose()
        {
        }
    }
}

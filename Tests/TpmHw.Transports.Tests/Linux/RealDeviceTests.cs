using System.Diagnostics;
using System.Text;
using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Linux;

/// <summary>The transport over the kernel's own open, poll, read and write, on a character device that a test can have.</summary>
public sealed class RealDeviceTests : IDisposable
{
    private readonly byte[] _response = new byte[4096];
    private readonly PseudoTerminal _terminal = new();

    [Fact]
    public void A_node_is_opened_by_its_path_and_answers()
    {
        using var far = new FarSide();
        using ITpmTransport transport = TransportCatalog.Default.Open("device:" + _terminal.Path);
        Serve(honest => [honest], far, commands: 2);
        Assert.Equal("device", transport.Info.Kind);
        Assert.False(transport.Info.HasResourceManager);
        Assert.Null(transport.Info.Family);
        AssertAnswers(transport, 16);
        AssertAnswers(transport, 20);
    }

    [Fact]
    public void A_response_may_come_in_pieces()
    {
        using var far = new FarSide();
        using ITpmTransport transport = TransportCatalog.Default.Open("device:" + _terminal.Path);
        Serve(honest => [honest[..3], honest[3..11], honest[11..]], far, commands: 1);
        AssertAnswers(transport, 16);
    }

    [Fact]
    public void Silence_ends_at_the_deadline()
    {
        using ITpmTransport transport = TransportCatalog.Default.Open($"device:{_terminal.Path},timeout=40");
        var watch = Stopwatch.StartNew();
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Send(transport, 8));
        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.True(watch.ElapsedMilliseconds >= 40);
    }

    [Fact]
    public void Cancelling_ends_the_wait_at_once()
    {
        using ITpmTransport transport = TransportCatalog.Default.Open("device:" + _terminal.Path);
        using var cancel = new CancellationTokenSource(20);
        Assert.Equal(cancel.Token, Assert.ThrowsAny<OperationCanceledException>(() => Send(transport, 8, cancel.Token)).CancellationToken);
        using var again = new CancellationTokenSource(20);
        Assert.Equal(again.Token, Assert.ThrowsAny<OperationCanceledException>(() => Send(transport, 8, again.Token)).CancellationToken);
    }

    [Fact]
    public async Task Disposing_ends_the_wait_at_once()
    {
        ITpmTransport transport = TransportCatalog.Default.Open("device:" + _terminal.Path);
        Task<Exception?> running = Task.Factory.StartNew(() => Record.Exception(() => Send(transport, 8)), TaskCreationOptions.LongRunning)!;
        _terminal.Master.ReadWhole(12);
        transport.Dispose();
        Assert.IsType<ObjectDisposedException>(await running.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_device_that_goes_away_is_told()
    {
        using ITpmTransport transport = TransportCatalog.Default.Open("device:" + _terminal.Path);
        _terminal.HangUp();
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Send(transport, 8));
        Assert.True(error.Fault is TpmFault.Disconnected or TpmFault.InputOutput, error.ToString());
    }

    [Fact]
    public void Waiting_on_a_real_file_allocates_nothing()
    {
        using var far = new FarSide();
        using ITpmTransport transport = TransportCatalog.Default.Open("device:" + _terminal.Path);
        Serve(honest => [honest], far, commands: 60);
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);
        for (int i = 0; i < 30; i++)
        {
            transport.Transmit(command, _response);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 30; i++)
        {
            transport.Transmit(command, _response);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Swtpm_on_a_character_device_answers()
    {
        // swtpm opens the end with the path; the transport has the other one.
        using var terminal = new PseudoTerminal(nonBlocking: true);
        string state = Directory.CreateTempSubdirectory("tpmhw").FullName;
        var start = new ProcessStartInfo("swtpm") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["chardev", "--tpm2", "--chardev", terminal.Path, "--tpmstate", "dir=" + state, "--flags", "not-need-init,startup-clear"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process swtpm = Process.Start(start)!;
        try
        {
            using var transport = new DeviceTransport("device:swtpm", new DeviceNode(terminal.Path, LinuxHost.Current), new DeviceFile(terminal.Master));
            AssertAnswers(transport, 16);
            int length = transport.Transmit(RawCommands.Command(TpmHeader.NoSessions, 0x17A, [0, 0, 0, 6, 0, 0, 1, 5, 0, 0, 0, 1]), _response); // TPM_PT_MANUFACTURER
            Assert.Equal("IBM\0", Encoding.ASCII.GetString(_response, length - 4, 4));
        }
        finally
        {
            swtpm.Kill();
            swtpm.WaitForExit();
            Directory.Delete(state, recursive: true);
        }
    }

    public void Dispose() => _terminal.Dispose();

    /// <summary>Answers some commands, in the pieces that a response is cut into.</summary>
    private void Serve(Func<byte[], byte[][]> cut, FarSide far, int commands) => new Thread(() =>
    {
        for (int i = 0; i < commands; i++)
        {
            byte[] response = far.Execute(_terminal.Master.ReadWhole(12)).Bytes;
            foreach (byte[] piece in cut(response))
            {
                Libc.Write(_terminal.Master, piece);
                Thread.Sleep(commands > 2 ? 0 : 5);
            }
        }
    })
    { IsBackground = true }.Start();

    private void AssertAnswers(ITpmTransport transport, int bytes) =>
        Assert.Equal((uint)RawCommands.RandomResponseSize(TpmFamily.Tpm20, bytes), Send(transport, bytes).TotalSize);

    private TpmHeader Send(ITpmTransport transport, int bytes, CancellationToken cancellationToken = default)
    {
        transport.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, bytes), _response, cancellationToken);
        return TpmHeader.Read(_response);
    }
}

internal static class ReadingExactly
{
    /// <summary>Reads so many bytes from a blocking file.</summary>
    public static byte[] ReadWhole(this Microsoft.Win32.SafeHandles.SafeFileHandle file, int size)
    {
        byte[] bytes = new byte[size];
        for (int read = 0; read < size;)
        {
            int count = Libc.Read(file, bytes.AsSpan(read));
            Assert.True(count > 0, $"read: {count}");
            read += count;
        }

        return bytes;
    }
}

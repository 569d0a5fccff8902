using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using TpmHw.ResourceManagement;
using TpmHw.Testing;
using TpmHw.Testing.Sharing;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Serving;

namespace TpmHw.Transports.Tests.Serving;

/// <summary>What the front end of the kernel's vTPM proxy does, with a pair of sockets that keep messages whole in the kernel's place.</summary>
public sealed class VtpmTests : IDisposable
{
    private readonly SharedLibtpms _shared = new();
    private readonly KernelProxy _proxy = new();

    public void Dispose()
    {
        _shared.Dispose();
        _proxy.Dispose();
    }

    [Fact]
    public unsafe void The_structure_has_the_kernels_layout()
    {
        Assert.Equal(20, Marshal.SizeOf<VtpmNewDevice>());
        Assert.Equal([0, 4, 8, 12, 16], ((string[])["Flags", "Number", "File", "Major", "Minor"]).Select(static f => (int)Marshal.OffsetOf<VtpmNewDevice>(f)));
        Assert.Equal(VtpmAbi.NewDevice, 3u << 30 | (uint)sizeof(VtpmNewDevice) << 16 | 0xA1u << 8); // _IOWR(0xa1, 0x00, struct)
    }

    [Theory]
    [InlineData(TpmFamily.Tpm20, 1)]
    [InlineData(TpmFamily.Tpm12, 0)]
    public void The_kernel_is_told_the_family(TpmFamily family, uint flags)
    {
        using IDeviceFile file = VtpmDevice.Create(family, _proxy).File;
        Assert.Equal((VtpmAbi.NewDevice, flags), (_proxy.Request, _proxy.Flags));
    }

    [Fact]
    public void A_kernel_that_refuses_is_an_error_with_the_rights_it_takes()
    {
        _proxy.Error = Errno.EPERM;
        var error = Assert.Throws<TpmTransportException>(() => VtpmDevice.Create(TpmFamily.Tpm20, _proxy));
        Assert.Equal(TpmFault.AccessDenied, error.Fault);
        Assert.Contains("CAP_SYS_ADMIN", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_are_answered_one_after_another_by_the_shared_tpm()
    {
        using VtpmFrontEnd frontEnd = Start("vtpm");
        using var other = _shared.Connect();
        other.LoadKey([1]);
        Assert.StartsWith("80010000000A00000100", _proxy.Ask(RawCommands.Startup(TpmFamily.Tpm20)), StringComparison.Ordinal);
        Assert.StartsWith("80010000001400000000", _proxy.Ask(RawCommands.GetRandom(TpmFamily.Tpm20, 8)), StringComparison.Ordinal);
        Assert.Equal("80010000001300000000000000000100000000", _proxy.Ask(Convert.FromHexString("8001000000160000017A000000018000000000000010")));
    }

    [Theory]
    [InlineData("vtpm", 0x8002, 0, "80010000000A00000000")] // the kernel's own tag of it: TPM2_ST_SESSIONS
    [InlineData("vtpm", 0x8002, 3, "80010000000A00000907")]
    [InlineData("vtpm", 0x00C1, 0, "00C40000000A00000000")]
    [InlineData("vtpm", 0x00C1, 1, "00C40000000A0000003D")]
    [InlineData("vtpm:localities=4", 0x8002, 3, "80010000000A00000000")]
    public void The_kernels_command_for_the_locality_is_answered_here(string text, ushort tag, byte locality, string answer)
    {
        using VtpmFrontEnd frontEnd = Start(text);
        Assert.Equal(answer, _proxy.Ask(RawCommands.Command(tag, VtpmAbi.SetLocality, [locality])));
    }

    [Theory]
    [InlineData("8001")]
    [InlineData("8001000000FF0000017B0008")]
    [InlineData("80020000000B2000100000FF")]
    public void What_is_no_command_is_refused_and_the_next_one_served(string bytes)
    {
        using VtpmFrontEnd frontEnd = Start("vtpm");
        Assert.Equal("80010000000A00000142", _proxy.Ask(Convert.FromHexString(bytes)));
        Assert.StartsWith("80010000001400000000", _proxy.Ask(RawCommands.GetRandom(TpmFamily.Tpm20, 8)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_device_goes_when_the_server_stops_and_its_objects_with_it()
    {
        VtpmFrontEnd frontEnd = Start("vtpm");
        _proxy.Ask(Convert.FromHexString("8001000000" + "0E00000186000000" + "0B")); // TPM2_HashSequenceStart
        Assert.Single(_shared.LeftOver());
        frontEnd.StopTaking();
        Assert.True(frontEnd.Drain(Deadline.After(TimeSpan.FromSeconds(10))));
        Assert.Equal("", _proxy.Read());
        Assert.Empty(_shared.LeftOver());
    }

    [Fact]
    public void When_the_kernel_gives_the_device_up_its_thread_ends()
    {
        using VtpmFrontEnd frontEnd = Start("vtpm");
        _proxy.Dispose();
        Assert.True(frontEnd.Drain(Deadline.After(TimeSpan.FromSeconds(10))));
    }

    [Fact]
    public async Task It_listens_once_the_kernel_has_tried_the_tpm_and_its_nodes_are_there()
    {
        _proxy.MakesNodes = false;
        Task<VtpmFrontEnd> start = Task.Run(() => Start("vtpm"));
        Assert.StartsWith("80010000001400000000", _proxy.Ask(RawCommands.GetRandom(TpmFamily.Tpm20, 8)), StringComparison.Ordinal);
        Assert.False(start.IsCompleted);
        _proxy.MakeNode();
        (await start).Dispose();
    }

    [Fact]
    public async Task A_kernel_that_does_not_take_the_tpm_is_an_error_that_says_where_the_reason_is()
    {
        _proxy.MakesNodes = false;
        Task<VtpmFrontEnd> start = Task.Run(() => Start("vtpm"));
        _proxy.Ask(RawCommands.Startup(TpmFamily.Tpm20));
        _proxy.Dispose();
        var error = await Assert.ThrowsAsync<TpmTransportException>(() => start);
        Assert.Equal(TpmFault.Disconnected, error.Fault);
        Assert.Contains("dmesg", error.Advice, StringComparison.Ordinal);
    }

    private VtpmFrontEnd Start(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        var settings = TransportSettings.Parse(VtpmFrontEnd.Descriptor, text, colon < 0 ? "" : text[(colon + 1)..]);
        var frontEnd = new VtpmFrontEnd(settings, new FrontEndHost(_shared.Share, NullLogger.Instance), family => VtpmDevice.Create(family, _proxy, _proxy.Folder));
        frontEnd.Start();
        Assert.Equal(1u, _proxy.Flags);
        return frontEnd;
    }

    /// <summary>/dev/vtpmx, whose device is this test.</summary>
    private sealed class KernelProxy : IControlFile
    {
        private readonly ManualResetEventSlim _made = new();
        private volatile SafeFileHandle? _kernel;

        /// <summary>Where its nodes are.</summary>
        public string Folder { get; } = Directory.CreateTempSubdirectory("vtpm").FullName;

        /// <summary>Whether it makes them at once.</summary>
        public bool MakesNodes { get; set; } = true;

        public uint Request { get; private set; }

        public uint Flags { get; private set; }

        public Errno Error { get; set; }

        public int Control(uint request, Span<byte> argument)
        {
            if (Error != default)
            {
                return -(int)Error;
            }

            ref VtpmNewDevice made = ref MemoryMarshal.AsRef<VtpmNewDevice>(argument);
            (Request, Flags) = (request, made.Flags);
            (_kernel, SafeFileHandle there) = UnixSockets.Pair(SocketType.Seqpacket);
            (made.File, made.Number) = ((uint)there.DangerousGetHandle(), 7);
            there.SetHandleAsInvalid(); // it is the front end's now
            if (MakesNodes)
            {
                MakeNode();
            }

            _made.Set();
            return 0;
        }

        public void MakeNode() => File.WriteAllBytes(Path.Combine(Folder, "tpmrm7"), []);

        /// <summary>Sends a command and waits for what is answered.</summary>
        public string Ask(byte[] command)
        {
            _made.Wait(CancellationToken.None);
            Assert.Equal(command.Length, Libc.Write(_kernel!, command));
            return Read();
        }

        public string Read()
        {
            byte[] answer = new byte[4096];
            PollDescriptor[] files = [new() { File = (int)_kernel!.DangerousGetHandle(), Wanted = PollEvents.In }];
            Assert.Equal(1, Libc.Poll(files, 10_000));
            return Convert.ToHexString(answer, 0, Libc.Read(_kernel, answer));
        }

        public void Dispose()
        {
            _kernel?.Dispose();
            _made.Dispose();
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder, recursive: true);
            }
        }

        public int Control(uint request, nuint value) => throw new UnreachableException();

        public IControlFile Adopt(int file) => throw new UnreachableException();

        public int Read(Span<byte> data) => throw new UnreachableException();

        public DeviceEvents Wait(int milliseconds) => throw new UnreachableException();

        public void Wake() => throw new UnreachableException();

        public void ClearWake() => throw new UnreachableException();
    }
}

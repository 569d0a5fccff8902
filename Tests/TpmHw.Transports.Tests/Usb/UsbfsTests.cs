using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Testing.Programs;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Tests.Linux;
using TpmHw.Transports.Usb;

namespace TpmHw.Transports.Tests.Usb;

/// <summary>usbfs against the kernel's side of it, with a modelled stick behind.</summary>
public sealed class UsbfsTests : IDisposable
{
    private const string Node = "/dev/bus/usb/001/007";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_readDidVid = [0x83, 0xD4, 0x0F, 0x00, 0, 0, 0, 0];

    private readonly Machine _machine = new();
    private readonly FifoModel _tpm = new(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 28));
    private readonly UsbModelBus _model;
    private readonly KernelUsbfs _kernel;
    private Errno _openError;

    public UsbfsTests()
    {
        _model = UsbModelBus.WithLtt2go(_tpm);
        _kernel = new KernelUsbfs(_model, _tpm.Clock);
        PutDevice("1-2", "365d", "1337", 7, "Y23CW29NR00000RND987654321012");
    }

    [Fact]
    public void Request_numbers_and_structures_are_those_of_the_header()
    {
        Assert.Equal(
            [0x41045508, 0x8038550A, 0x0000550B, 0x4008550D, 0x80045510, 0xC0105512, 0x00005514, 0x80045515, 0x8108551B, 0x00005517],
            new[]
            {
                UsbfsAbi.GetDriver, UsbfsAbi.SubmitUrb, UsbfsAbi.DiscardUrb, UsbfsAbi.ReapUrb, UsbfsAbi.ReleaseInterface,
                UsbfsAbi.DriverControl, UsbfsAbi.Reset, UsbfsAbi.ClearHalt, UsbfsAbi.DisconnectClaim, UsbfsAbi.Connect,
            });
        Assert.Equal((56, 260, 264, 16), (Unsafe.SizeOf<UsbUrb>(), Unsafe.SizeOf<UsbDriverName>(), Unsafe.SizeOf<UsbDisconnectClaim>(), Unsafe.SizeOf<UsbDriverRequest>()));
        Assert.Equal(
            [0, 1, 4, 8, 16, 24, 28, 32, 36, 40, 44, 48],
            new[]
            {
                nameof(UsbUrb.Type), nameof(UsbUrb.Endpoint), nameof(UsbUrb.Status), nameof(UsbUrb.Flags), nameof(UsbUrb.Buffer), nameof(UsbUrb.BufferLength),
                nameof(UsbUrb.ActualLength), nameof(UsbUrb.StartFrame), nameof(UsbUrb.Packets), nameof(UsbUrb.ErrorCount), nameof(UsbUrb.Signal), nameof(UsbUrb.UserContext),
            }.Select(static field => (int)Marshal.OffsetOf<UsbUrb>(field)));
        Assert.Equal((4, 8), ((int)Marshal.OffsetOf<UsbDriverRequest>(nameof(UsbDriverRequest.Request)), (int)Marshal.OffsetOf<UsbDriverRequest>(nameof(UsbDriverRequest.Data))));
    }

    [Fact]
    public void Devices_are_those_of_sysfs_without_their_interfaces()
    {
        _machine.Put("sys/bus/usb/devices/1-2:1.0/bInterfaceNumber", "00");
        _machine.Put("sys/bus/usb/devices/3-1.4/idVendor", "0403");
        _machine.Put("sys/bus/usb/devices/3-1.4/idProduct", "6014");
        _machine.Put("sys/bus/usb/devices/3-1.4/busnum", "3");
        _machine.Put("sys/bus/usb/devices/3-1.4/devnum", "112");
        Assert.Equal(
            [
                new UsbDeviceInfo(0x365D, 0x1337, "1-2") { Serial = "Y23CW29NR00000RND987654321012", Name = "LetsTrust-TPM2Go", Path = Node },
                new UsbDeviceInfo(0x0403, 0x6014, "3-1.4") { Path = "/dev/bus/usb/003/112" },
            ],
            Bus.List());
    }

    [Fact]
    public void A_machine_without_usb_has_no_devices() =>
        Assert.Empty(new UsbfsBus(new LinuxHost("/no/such/folder"), static _ => default, _tpm.Clock).List());

    [Fact]
    public void A_whole_tpm_is_driven_through_it_and_the_kernels_driver_has_the_interface_again_afterwards()
    {
        _kernel.Driver = "cytherm";
        using (ITpmTransport tpm = Ltt2goTransport.Open(Bus))
        {
            byte[] response = new byte[tpm.Info.MaxResponseSize];
            Assert.Equal(28, tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 16), response));
            Assert.Equal("usbfs", _kernel.Driver);
        }

        Assert.Empty(_tpm.Rules.Violations);
        Assert.Equal("attached again", _kernel.Driver);
        Assert.True(_kernel.IsDisposed);
    }

    [Fact]
    public void Where_no_driver_was_none_is_attached()
    {
        Open().Dispose();
        Assert.Null(_kernel.Driver);
        Assert.DoesNotContain(0xC0105512, _kernel.Requests);
    }

    [Fact]
    public void Data_of_a_control_transfer_follows_its_header()
    {
        using UsbfsPort port = Open();
        byte[] signature = new byte[4];
        Assert.Equal(UsbOutcome.Done, port.Control(new UsbSetup(0xC0, 0xBD, 0, 0), signature, s_patience, out int transferred));
        Assert.Equal((4, "CYUS"), (transferred, System.Text.Encoding.ASCII.GetString(signature)));
    }

    [Fact]
    public void A_transfer_that_is_late_is_taken_back_when_its_time_is_over()
    {
        using UsbfsPort port = Open();
        TimeSpan before = _tpm.Clock.Now;
        Assert.Equal(UsbOutcome.TimedOut, port.Read(0x82, new byte[64], s_patience, out int transferred));
        Assert.Equal(0, transferred);
        Assert.InRange(_tpm.Clock.Now - before, s_patience, s_patience + TimeSpan.FromMilliseconds(5));
        Assert.Contains(0x550Bu, _kernel.Requests);
        Assert.Equal(4, Frame(port)); // and the next ones work
    }

    [Fact]
    public void What_a_late_transfer_has_brought_is_not_lost()
    {
        using UsbfsPort port = Open();
        port.Control(new UsbSetup(0xC0, 0xCA, 3, 64), default, s_patience, out _);
        byte[] frame = new byte[64];
        s_readDidVid.CopyTo(frame, 0);
        port.Write(0x01, frame, s_patience, out _);
        byte[] room = new byte[128];
        Assert.Equal(UsbOutcome.TimedOut, port.Read(0x82, room, s_patience, out int transferred)); // no short packet ends it
        Assert.Equal(64, transferred);
        Assert.Equal([0x14, 0x10, 0x01, 0x00], room[4..8]);
    }

    [Fact]
    public void A_stall_is_an_outcome_and_clearing_it_a_call()
    {
        using UsbfsPort port = Open();
        _tpm.Inject(new Fault(FaultKind.UsbStall, 2) { Accesses = 1 });
        Assert.Equal(UsbOutcome.Stalled, port.Read(0x82, new byte[64], s_patience, out _));
        Assert.Equal(UsbOutcome.Stalled, port.Read(0x82, new byte[64], s_patience, out _));
        port.ClearHalt(0x82);
        Assert.Equal(4, Frame(port));
        port.Reset();
        Assert.Equal(4, Frame(port));
    }

    [Fact]
    public void Unplugging_ends_a_transfer_at_once()
    {
        using UsbfsPort port = Open();
        _kernel.Waiting = _kernel.Disconnect;
        TimeSpan before = _tpm.Clock.Now;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => port.Read(0x82, new byte[64], s_patience, out _));
        Assert.Equal(TpmFault.Disconnected, error.Fault);
        Assert.Contains("365d:1337 with the serial number Y23CW29NR00000RND987654321012 was unplugged", error.Message, StringComparison.Ordinal);
        Assert.InRange(_tpm.Clock.Now - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => port.ClearHalt(0x82)).Fault);
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => port.Write(0x01, new byte[8], s_patience, out _)).Fault);
    }

    [Theory]
    [InlineData(true, TpmFault.Disconnected)]
    [InlineData(false, TpmFault.InputOutput)]
    public void An_error_on_the_wire_is_unplugging_if_the_hub_says_so_soon_after(bool isUnplugged, TpmFault fault)
    {
        using UsbfsPort port = Open();
        _kernel.Status = Errno.EPROTO;
        int waits = 0;
        _kernel.Waiting = () =>
        {
            Assert.Equal(1, ++waits);
            _kernel.IsConnected = !isUnplugged;
        };

        // The block is over, and what is waited for is the hub.
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => port.Write(0x01, new byte[8], s_patience, out _));
        Assert.Equal((fault, 1), (error.Fault, waits));
        Assert.Contains("EPROTO (errno 71)", error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Fact]
    public void Another_programs_claim_names_that_program()
    {
        _machine.PutProcess(4711, "tpm2_getrandom", 1000, Node);
        _machine.Put("etc/passwd", "alice:x:1000:1000::/home/alice:/bin/sh");
        _kernel.Driver = "usbfs";
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open());
        Assert.Equal(TpmFault.Busy, error.Fault);
        Assert.Equal("held by tpm2_getrandom (process 4711, user alice)", error.Evidence);
        Assert.True(_kernel.IsDisposed);
    }

    [Fact]
    public void No_rights_name_the_rule()
    {
        _openError = Errno.EACCES;
        _machine.Put(Node[1..], "");
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open());
        Assert.Equal(TpmFault.AccessDenied, error.Fault);
        Assert.Contains("ATTR{idVendor}==\"365d\", ATTR{idProduct}==\"1337\"", error.Advice, StringComparison.Ordinal);
        Assert.Contains("Transports/udev/60-tpmhw.rules", error.Advice, StringComparison.Ordinal);
        string rules = File.ReadAllText(Path.Combine(Repository.Root, "Transports/udev/60-tpmhw.rules"));
        Assert.Contains("ATTR{idVendor}==\"365d\", ATTR{idProduct}==\"1337\"", rules, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Errno.ENOENT, null, TpmFault.Disconnected, "Plug it in")]
    [InlineData(Errno.ENODEV, null, TpmFault.Disconnected, "Plug it in")]
    [InlineData(Errno.ENOENT, ".dockerenv", TpmFault.NotFound, "--device /dev/bus/usb")]
    [InlineData(Errno.EPERM, ".dockerenv", TpmFault.AccessDenied, "--device /dev/bus/usb")]
    [InlineData(Errno.EPERM, null, TpmFault.AccessDenied, "DeviceAllow=")]
    [InlineData(Errno.EIO, null, TpmFault.InputOutput, "dmesg")]
    public void What_can_not_be_opened_says_why(object error, string? file, TpmFault fault, string advice)
    {
        _openError = (Errno)error;
        if (file is not null)
        {
            _machine.Put(file, "");
        }

        TpmTransportException told = Assert.Throws<TpmTransportException>(() => Open());
        Assert.Equal(fault, told.Fault);
        Assert.Contains(advice, told.Advice, StringComparison.Ordinal);
        Assert.Contains($"errno {(int)(Errno)error}", told.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_plugged_in_is_noticed()
    {
        UsbfsBus bus = Bus;
        bus.List();
        Assert.False(bus.WaitForChange(TimeSpan.FromMilliseconds(250), CancellationToken.None));
        Assert.Equal(TimeSpan.FromMilliseconds(250), _tpm.Clock.Now);
        PutDevice("1-2", "365d", "1337", 8, "Y23CW29NR00000RND987654321012"); // unplugged and plugged in again
        Assert.True(bus.WaitForChange(TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.Equal("/dev/bus/usb/001/008", Assert.Single(bus.List()).Path);
    }

    [Fact]
    public void This_machines_devices_can_be_listed() => Assert.NotNull(UsbfsBus.Current.List());

    public void Dispose()
    {
        _kernel.Dispose();
        _tpm.Dispose();
        _machine.Dispose();
    }

    private UsbfsBus Bus => new(_machine.Host, path => _openError != default ? (null, _openError) : path == Node ? (_kernel, default) : (null, Errno.ENOENT), _tpm.Clock);

    private UsbfsPort Open()
    {
        UsbfsBus bus = Bus;
        return (UsbfsPort)bus.Open(bus.List()[0], 0);
    }

    private static int Frame(UsbfsPort port)
    {
        port.Control(new UsbSetup(0xC0, 0xCA, 3, 8), default, s_patience, out _);
        port.Write(0x01, s_readDidVid, s_patience, out _);
        byte[] answer = new byte[8];
        port.Read(0x82, answer, s_patience, out int transferred);
        Assert.Equal([0x14, 0x10, 0x01, 0x00], answer[4..]);
        return transferred - 4;
    }

    private void PutDevice(string location, string vendor, string product, int number, string serial)
    {
        string folder = $"sys/bus/usb/devices/{location}/";
        _machine.Put(folder + "idVendor", vendor);
        _machine.Put(folder + "idProduct", product);
        _machine.Put(folder + "busnum", "1");
        _machine.Put(folder + "devnum", FormattableString.Invariant($"{number}"));
        _machine.Put(folder + "serial", serial);
        _machine.Put(folder + "product", "LetsTrust-TPM2Go");
    }
}

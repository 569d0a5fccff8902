using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;
using TpmHw.Transports.Tests.Linux;

namespace TpmHw.Transports.Tests.Spi;

/// <summary>Frames on a spidev as an observer sees them.</summary>
public sealed class ObservedSpiPortTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly StrictChip _chip = new();
    private readonly KernelSpidev _kernel;
    private readonly List<(string Sent, string Received)> _frames = [];
    private readonly List<string> _accesses = [];

    public ObservedSpiPortTests()
    {
        SpiRegisterBusTests.Fill(_chip);
        _kernel = new KernelSpidev(_chip);
    }

    [Theory]
    [InlineData(SpiWaitMode.Auto)]
    [InlineData(SpiWaitMode.Poll)]
    public void Exchanges_under_one_chip_select_are_one_frame(SpiWaitMode mode)
    {
        _chip.Waits = static (_, _) => 3;
        using SpiRegisterBus bus = Bus(mode);

        Assert.Equal(0x04001890u, SpiRegisterBusTests.ReadSts(bus));

        (string sent, string received) = Assert.Single(_frames);
        Assert.Equal("83D40018" + "000000" + "00000000", sent);
        Assert.EndsWith("90180004", received, StringComparison.Ordinal);
        Assert.Equal("read Sts 0, 3 waits: 90180004", Assert.Single(_accesses));
    }

    [Fact]
    public void Data_that_came_earlier_than_there_was_room_for_is_found()
    {
        int waits = 3;
        _chip.Waits = (_, _) => waits;
        using SpiRegisterBus bus = Bus(SpiWaitMode.Padded);
        SpiRegisterBusTests.ReadSts(bus);
        _accesses.Clear();
        waits = 1;

        Assert.Equal(0x04001890u, SpiRegisterBusTests.ReadSts(bus));

        Assert.Equal("read Sts 0, 1 waits: 90180004", _accesses[0]);
    }

    [Fact]
    public void A_frame_that_the_controller_failed_in_is_seen_as_far_as_it_went()
    {
        using SpiRegisterBus bus = Bus(SpiWaitMode.Auto);
        _kernel.Error = static request => request == SpidevAbi.Message1 ? Errno.EIO : default;

        Assert.Throws<TpmTransportException>(() => SpiRegisterBusTests.ReadSts(bus));

        (string sent, string received) = Assert.Single(_frames);
        Assert.StartsWith("83D40018", sent, StringComparison.Ordinal);
        Assert.Equal("", received);
        Assert.Equal("read Sts 0, not whole", Assert.Single(_accesses));
    }

    [Fact]
    public void Chip_select_alone_is_a_frame_without_bytes()
    {
        using ObservedSpiPort port = Port();

        port.Exchange([], [], hold: true);
        Assert.Empty(_frames);
        port.Deselect();

        Assert.Equal(("", ""), Assert.Single(_frames));
        Assert.Equal("no register", Assert.Single(_accesses));
    }

    [Fact]
    public void An_address_outside_a_tpm_is_no_register()
    {
        byte[] frame = [0x80, 0xD5, 0, 0, 0];

        Assert.False(RegisterTransfer.TryRead(
            new WireTransfer { Bus = "spi", ClockHz = 1, Start = default, End = default, Sent = frame, Received = frame }, out _));
    }

    public void Dispose()
    {
        _machine.Dispose();
        _chip.Dispose();
        _kernel.Dispose();
    }

    private SpiRegisterBus Bus(SpiWaitMode mode) => new(Port(), mode);

    private ObservedSpiPort Port() => new(
        new SpidevPort("/dev/spidev0.1", _kernel, SpidevPort.UsualClockHz, true, _machine.Host, _chip.Clock),
        transfer =>
        {
            _frames.Add((Convert.ToHexString(transfer.Sent), Convert.ToHexString(transfer.Received)));
            _accesses.Add(!RegisterTransfer.TryRead(transfer, out RegisterTransfer access) ? "no register"
                : $"{(access.IsWrite ? "write" : "read")} {access.Register} {access.Locality}, " + (access.IsWhole ? $"{access.Waits} waits: {Convert.ToHexString(access.Data)}" : "not whole"));
        });
}

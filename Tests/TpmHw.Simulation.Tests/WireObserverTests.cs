using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

/// <summary>What an observer of the wire makes of frames is what the chip made of them.</summary>
public sealed class WireObserverTests
{
    public static TheoryData<string> Chips => new([.. FifoProfiles.All.Select(static p => p.Name)]);

    [Theory]
    [MemberData(nameof(Chips))]
    public void It_reads_every_frame_as_the_chip_did(string chip) => Compare($"sim:spi,profile={chip}");

    [Theory]
    [InlineData("wait=0")]
    [InlineData("wait=1")]
    [InlineData("wait=7")]
    [InlineData("wait=2,hold=no")]
    [InlineData("burst=4")]
    public void Wait_bytes_do_not_mislead_it(string option) => Compare("sim:spi," + option);

    [Fact]
    public void It_sees_the_frames_of_a_chip_that_can_not_be_opened()
    {
        var seen = new List<string>();

        Assert.Throws<TpmTransportException>(() => Open("sim:spi,fault=miso-stuck-low", transfer =>
        {
            Assert.True(RegisterTransfer.TryRead(transfer, out RegisterTransfer access));
            Assert.False(access.IsWhole);
            seen.Add(access.Register.ToString());
        }));

        Assert.NotEmpty(seen);
        Assert.All(seen, static register => Assert.Equal(nameof(TpmRegister.DidVid), register));
    }

    private static void Compare(string connectionString)
    {
        var seen = new List<string>();
        var happened = new List<string>();
        using ITpmTransport transport = Open(connectionString, transfer =>
        {
            bool isAccess = RegisterTransfer.TryRead(transfer, out RegisterTransfer access);
            seen.Add(isAccess
                ? $"{transfer.Start} {transfer.End} {access.IsWrite} {access.Register} {access.Locality} {access.Waits} {Convert.ToHexString(access.Data)}"
                : $"{transfer.Start} {transfer.End} {transfer.Sent.Length}");
        });
        seen.Clear();
        var tpm = (SimulatedTpm)transport;
        tpm.SpiPort!.Observer = frame => happened.Add(frame.HasHeader
            ? $"{frame.Start} {frame.End} {frame.IsWrite} {frame.Register} {frame.Locality} {frame.Waits} {Convert.ToHexString(frame.Data)}"
            : $"{frame.Start} {frame.End} {frame.Mosi.Length}");
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        transport.Transmit(RawCommands.Startup(tpm.Model.Family), response);
        for (int i = 0; i < 8; i++)
        {
            transport.Transmit(RawCommands.GetRandom(tpm.Model.Family, 20), response);
        }

        Assert.NotEmpty(seen);
        Assert.Equal(happened, seen);
    }

    private static ITpmTransport Open(string connectionString, WireObserver observer) =>
        SimulatedTpm.Descriptor.Open(TransportSettings.Parse(SimulatedTpm.Descriptor, connectionString, connectionString[4..], observer));
}

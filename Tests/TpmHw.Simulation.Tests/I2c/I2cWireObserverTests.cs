using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests.I2c;

/// <summary>What an observer of the wire is told is what the chip was told.</summary>
public sealed class I2cWireObserverTests
{
    public static TheoryData<string> Chips => new([.. I2cProfiles.All.Select(static p => p.Name), AtmelModel.Name]);

    [Theory]
    [MemberData(nameof(Chips))]
    public void It_sees_every_message_and_the_register_that_it_is_about(string chip) => Compare($"sim:i2c,profile={chip}");

    [Theory]
    [InlineData("plain-i2c")]
    [InlineData("strict-i2c")]
    [InlineData("st33zp24")]
    public void Messages_that_are_not_acknowledged_are_told_as_such(string chip) =>
        Assert.Contains(Compare($"sim:i2c,profile={chip},fault=nack-every:4"), static outcome => outcome == WireOutcome.NotAcknowledged);

    [Fact]
    public void It_sees_what_was_tried_on_a_chip_that_can_not_be_opened()
    {
        var seen = new List<string>();

        Assert.Throws<TpmTransportException>(() => Open("sim:i2c,fault=absent", transfer =>
        {
            Assert.True(RegisterTransfer.TryRead(transfer, out RegisterTransfer access));
            Assert.False(access.IsWhole);
            seen.Add($"{access.Register} {transfer.Outcome}");
        }));

        Assert.Equal("DidVid NotAcknowledged", seen.Distinct().Single());
    }

    private static List<WireOutcome> Compare(string connectionString)
    {
        var seen = new List<string>();
        var happened = new List<string>();
        var outcomes = new List<WireOutcome>();
        string? written = null;
        using ITpmTransport transport = Open(connectionString, transfer =>
        {
            bool hasRegister = RegisterTransfer.TryRead(transfer, out RegisterTransfer access);
            Assert.Equal(transfer.Bus != "i2c-atmel", hasRegister);
            outcomes.Add(transfer.Outcome);
            if (transfer.Outcome != WireOutcome.Done)
            {
                Assert.True(transfer.Received.IsEmpty);
                return;
            }

            Assert.Equal(hasRegister && access.IsWrite, hasRegister && transfer.Received.IsEmpty);
            Assert.True(!hasRegister || Enum.IsDefined(access.Register) || access.Register >= (TpmRegister)0x1000 || access.Register is TpmRegister.Sts + 1 or TpmRegister.Sts + 2);
            seen.Add($"{transfer.End} {Convert.ToHexString(transfer.Sent)} {Convert.ToHexString(transfer.Received)}");
        });
        seen.Clear();
        var tpm = (SimulatedTpm)transport;
        string end = "";
        tpm.I2cPort!.Observer = message =>
        {
            if (message.IsRead && message.IsAcknowledged)
            {
                happened.Add($"{message.End} {written} {Convert.ToHexString(message.Bytes)}");
                written = null;
            }
            else if (message.IsAcknowledged)
            {
                if (written is not null)
                {
                    happened.Add($"{end} {written} ");
                }

                (written, end) = (Convert.ToHexString(message.Bytes), $"{message.End}");
                if (message.Bytes.Length > 2)
                {
                    happened.Add($"{end} {written} "); // it selects nothing
                    written = null;
                }
            }
            else if (message.IsRepeated)
            {
                written = null; // both halves come again
            }
        };
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        transport.Transmit(RawCommands.Startup(tpm.Model.Family), response);
        for (int i = 0; i < 3; i++)
        {
            transport.Transmit(RawCommands.GetRandom(tpm.Model.Family, 40), response);
        }

        if (written is not null)
        {
            happened.Add($"{end} {written} ");
        }

        Assert.NotEmpty(seen);
        Assert.Equal(happened, seen);
        return outcomes;
    }

    private static ITpmTransport Open(string connectionString, WireObserver observer) =>
        SimulatedTpm.Descriptor.Open(TransportSettings.Parse(SimulatedTpm.Descriptor, connectionString, connectionString[4..], observer));
}

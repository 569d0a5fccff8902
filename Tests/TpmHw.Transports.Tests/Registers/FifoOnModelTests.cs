using System.Security.Cryptography;
using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>The driver on the register model, SPI framing in between.</summary>
public sealed class FifoOnModelTests
{
    private static readonly byte[] s_command = RawCommands.Command(0x8001, 0x17B, new byte[90]);

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(-1)]
    [InlineData(-290)]
    public void A_size_that_lies_is_noticed_on_a_chip_whose_burstCount_tells_nothing(int by)
    {
        FifoModel model = Model(FifoProfiles.Plain with { BurstIsStatic = true });
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        model.Inject(new Fault(FaultKind.WrongSize, by));
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => tpm.Transmit(s_command, new byte[4096]));
        Assert.Contains(error.Fault, new[] { TpmFault.BadResponse, TpmFault.Truncated });
        model.ClearFaults();
        Assert.Equal(300, tpm.Transmit(s_command, new byte[4096]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_response_that_ends_like_an_empty_fifo_is_read_once_more_and_kept(bool isStatic)
    {
        using var model = new FifoModel(
            FifoProfiles.Plain with { BurstIsStatic = isStatic },
            new CannedTpm(TpmFamily.Tpm20, static (_, response) =>
            {
                RawCommands.Command(0x8001, 0, [1, 2, 0xFF, 0xFF]).CopyTo(response);
                return 14;
            }));
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        byte[] response = new byte[4096];
        Assert.Equal(14, tpm.Transmit(s_command, response));
        Assert.Equal([1, 2, 0xFF, 0xFF], response[10..14]);
        Assert.Equal(0, model.Rules.Count);
    }

    [Fact]
    public void The_hash_sequence_measures_into_pcr_17()
    {
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(new FifoModel(FifoProfiles.Plain, TransportCatalog.Default.Open("libtpms")));
        tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[tpm.Info.MaxResponseSize]);
        byte[] data = new byte[1000];
        ITpmHashSequence sequence = tpm.FindAbility<ITpmHashSequence>()!;
        sequence.HashStart();
        sequence.HashData(data.AsSpan(0, 300));
        sequence.HashData(data.AsSpan(300));
        sequence.HashEnd();

        byte[] expected = SHA256.HashData([.. new byte[32], .. SHA256.HashData(data)]);
        Assert.Equal(Convert.ToHexString(expected), Libtpms.ReadPcr(tpm, 17));
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
    }

    private static FifoModel Model(FifoProfile chip) => new(chip, new CannedTpm(TpmFamily.Tpm20, static (command, response) => FifoFakes.Answer(300)(command, response)))
    {
        ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(2)),
    };
}

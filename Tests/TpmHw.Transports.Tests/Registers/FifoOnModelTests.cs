using System.Security.Cryptography;
using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>The driver on the register model, SPI framing in between: every fault in every phase.</summary>
public sealed class FifoOnModelTests
{
    private static readonly byte[] s_command = RawCommands.Command(0x8001, 0x17B, new byte[90]);

    /// <summary>Faults with the values that are tried.</summary>
    public static TheoryData<FaultKind, int> Faults => new()
    {
        { FaultKind.MisoFloating, 0 }, { FaultKind.MisoStuckLow, 0 }, { FaultKind.BitsShifted, 0 }, { FaultKind.BytesSwapped, 0 },
        { FaultKind.BitFlips, 97 }, { FaultKind.BitFlips, 1009 }, { FaultKind.WaitStates, 2 }, { FaultKind.WaitStates, 255 }, { FaultKind.WaitStates, -1 },
        { FaultKind.BurstZero, 0 }, { FaultKind.BurstOne, 0 }, { FaultKind.BurstFalling, 0 },
        { FaultKind.StsValidLate, 1000 }, { FaultKind.StsValidLate, 1_000_000 }, { FaultKind.DataAvailLate, 1000 }, { FaultKind.DataAvailLate, 1_000_000 },
        { FaultKind.CommandReadyLate, 1000 }, { FaultKind.CommandReadyLate, 10_000_000 }, { FaultKind.ExpectStuck, 0 }, { FaultKind.ExpectStuck, 1 },
        { FaultKind.WrongSize, 1 }, { FaultKind.WrongSize, -1 }, { FaultKind.WrongSize, 4000 }, { FaultKind.LeftOverData, 3 },
        { FaultKind.OwnedByAnother, 2 }, { FaultKind.GrantLate, 5000 }, { FaultKind.GrantLate, 5_000_000 }, { FaultKind.Seized, 3 }, { FaultKind.Reset, 30_000 },
        { FaultKind.Hang, 0 }, { FaultKind.CancelIgnored, 0 }, { FaultKind.StatusBits, 0x21 }, { FaultKind.Absent, 0 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_in_every_phase_ends_in_time_and_the_next_command_works(FaultKind kind, int value)
    {
        foreach (FaultPhase phase in Enum.GetValues<FaultPhase>())
        {
            foreach (int? accesses in new int?[] { null, 1, 4 })
            {
                Try(new Fault(kind, value) { From = phase, Accesses = accesses });
            }
        }
    }

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
        Assert.Contains(error.Fault, Allowed(FaultKind.WrongSize));
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

    /// <summary>The errors that name a fault; none where the driver has to get over it.</summary>
    private static TpmFault[] Allowed(FaultKind kind) => kind switch
    {
        FaultKind.MisoFloating or FaultKind.Absent => [TpmFault.FloatingBus],
        FaultKind.MisoStuckLow => [TpmFault.StuckLow],
        FaultKind.BitsShifted => [TpmFault.BitShifted, TpmFault.FloatingBus],
        FaultKind.BytesSwapped => [TpmFault.ByteSwapped],
        FaultKind.WaitStates => [TpmFault.StuckLow],
        FaultKind.BurstZero => [TpmFault.BurstTimeout],
        FaultKind.StsValidLate => [TpmFault.StatusTimeout],
        FaultKind.CommandReadyLate => [TpmFault.NotReady],
        FaultKind.ExpectStuck => [TpmFault.ExpectStuck],
        FaultKind.WrongSize or FaultKind.LeftOverData => [TpmFault.BadResponse, TpmFault.Truncated],
        FaultKind.GrantLate or FaultKind.OwnedByAnother or FaultKind.Seized => [TpmFault.NoLocality, TpmFault.LocalityLost],
        FaultKind.Reset => [TpmFault.StuckLow, TpmFault.LocalityLost],
        FaultKind.Hang => [TpmFault.Timeout],
        FaultKind.StatusBits => [TpmFault.BadStatus],
        FaultKind.BitFlips => Enum.GetValues<TpmFault>(),
        _ => [],
    };

    private static void Try(Fault fault)
    {
        FifoModel model = Model(FifoProfiles.Plain);
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(s_command, response);
        if (fault.From == FaultPhase.Locality)
        {
            tpm.FindAbility<ITpmLocality>()!.Locality = 1;
        }

        model.Counters.Clear();
        model.Inject(fault);
        TimeSpan before = model.Clock.Now;
        try
        {
            if (fault.From == FaultPhase.Locality)
            {
                tpm.FindAbility<ITpmLocality>()!.Locality = 0;
            }

            int length = tpm.Transmit(s_command, response);
            Assert.True(fault.Kind == FaultKind.BitFlips || (length == 300 && response[299] == 299 - 256 && response[9] == 0), $"{fault}: a wrong response");
        }
        catch (TpmTransportException e)
        {
            Assert.NotEmpty(e.Evidence);
            Assert.True(Allowed(fault.Kind).Contains(e.Fault), $"{fault}: {e.Fault}, {e.Evidence}");
        }

        TimeSpan took = model.Clock.Now - before;
        Assert.InRange(model.Counters.TotalExecutions, 0, 1);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(30));

        model.ClearFaults();
        model.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(300, tpm.Transmit(s_command, response));
    }

    private static FifoModel Model(FifoProfile chip) => new(chip, new CannedTpm(TpmFamily.Tpm20, static (command, response) => FifoFakes.Answer(300)(command, response)))
    {
        ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(2)),
    };
}

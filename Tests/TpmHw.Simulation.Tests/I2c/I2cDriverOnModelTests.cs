using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Simulation.Tests.I2c;

/// <summary>The I2C drivers on chips with something wrong.</summary>
public sealed class I2cDriverOnModelTests
{
    private static readonly byte[] s_command = RawCommands.Command(0x8001, 0x17B, new byte[90]);

    /// <summary>Faults of the wire and of the chip behind it, and the errors that may come of them; none where it has to be got over.</summary>
    public static TheoryData<string, FaultKind, int, TpmFault[]> Faults
    {
        get
        {
            var data = new TheoryData<string, FaultKind, int, TpmFault[]>();
            foreach (string profile in new[] { "plain-i2c", "strict-i2c", "cr50-i2c", "npct650" })
            {
                data.Add(profile, FaultKind.NackStorm, 0, [TpmFault.NotAcknowledged]);
                data.Add(profile, FaultKind.NackEvery, 3, []);
                data.Add(profile, FaultKind.ClockStretched, 50_000, []);
                data.Add(profile, FaultKind.ClockStretched, 1_000_000, [TpmFault.Timeout]);
                data.Add(profile, FaultKind.SdaStuckLow, 0, [TpmFault.StuckLow]);
                data.Add(profile, FaultKind.Hang, 0, [TpmFault.Timeout]);
                data.Add(profile, FaultKind.ExpectStuck, 1, [TpmFault.ExpectStuck]);
                data.Add(profile, FaultKind.BurstZero, 0, [TpmFault.BurstTimeout]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_in_any_phase_ends_in_time_and_the_next_command_works(string profile, FaultKind kind, int value, TpmFault[] allowed)
    {
        foreach (FaultPhase phase in Enum.GetValues<FaultPhase>().Where(static p => p != FaultPhase.Locality))
        {
            foreach (int? accesses in new int?[] { 1, 4, null })
            {
                using SimulatedTpm tpm = Open(I2cProfiles.Find(profile)!);
                byte[] response = new byte[tpm.Info.MaxResponseSize];
                tpm.Transmit(s_command, response);
                tpm.Model.Counters.Clear();
                tpm.Model.Inject(new Fault(kind, value) { From = phase, Accesses = accesses });
                TimeSpan before = tpm.Model.Clock.Now;
                try
                {
                    Assert.Equal(300, tpm.Transmit(s_command, response));
                }
                catch (TpmTransportException e)
                {
                    Assert.True(allowed.Contains(e.Fault), $"{kind} from {phase} on: {e.Fault}, {e.Evidence}");
                    Assert.NotEmpty(e.Advice);
                }

                Assert.True(tpm.Model.FaultsHaveBegun);
                Assert.InRange(tpm.Model.Counters.TotalExecutions, 0, 1);
                Assert.InRange(tpm.Model.Clock.Now - before, TimeSpan.Zero, TimeSpan.FromSeconds(30));
                tpm.Model.ClearFaults();
                tpm.Model.Clock.Advance(TimeSpan.FromSeconds(11));
                Assert.Equal(300, tpm.Transmit(s_command, response));
            }
        }
    }

    [Theory]
    [InlineData(FaultKind.CommandDamaged)]
    [InlineData(FaultKind.ResponseDamaged)]
    public void The_checksum_finds_what_was_damaged_on_the_way(FaultKind kind)
    {
        using SimulatedTpm tpm = Open(I2cProfiles.Find("slb9673")!);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(s_command, response);
        tpm.Model.Inject(new Fault(kind, 20));
        tpm.Model.Counters.Clear();
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => tpm.Transmit(s_command, response));
        Assert.Equal((TpmFault.ChecksumMismatch, kind == FaultKind.CommandDamaged ? 0 : 1), (error.Fault, tpm.Model.Counters.TotalExecutions));
        tpm.Model.ClearFaults();
        Assert.Equal(300, tpm.Transmit(s_command, response));
    }

    [Fact]
    public void A_chip_without_registers_that_hangs_is_waited_for_before_the_next_command()
    {
        using SimulatedTpm tpm = SimulatedTpm.OnI2c(new AtmelModel(new CannedTpm(TpmFamily.Tpm12, Answer)));
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm12, 16);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        Assert.Equal(300, tpm.Transmit(command, response));
        tpm.Model.Counters.Clear();
        tpm.Model.Inject(new Fault(FaultKind.Hang));
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => tpm.Transmit(command, response));
        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Contains("can't be told to stop", error.Advice, StringComparison.Ordinal);
        tpm.Model.ClearFaults();
        Assert.Equal(300, tpm.Transmit(command, response));
        Assert.Equal(2, tpm.Model.Counters.TotalExecutions);
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Theory]
    [InlineData("sim:i2c")]
    [InlineData("sim:i2c,profile=npct75x-i2c,hz=400000,burst=8,static=yes")]
    [InlineData("sim:i2c,profile=cr50-i2c")]
    public void A_connection_string_opens_it(string connectionString)
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        using var tpm = (SimulatedTpm)catalog.Open(connectionString);
        tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[4096]);
        Assert.Equal(28, tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 16), new byte[4096]));
        Assert.NotNull(tpm.I2cPort);
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
    }

    private static SimulatedTpm Open(FifoProfile profile) => SimulatedTpm.OnI2c(
        new FifoModel(profile, new CannedTpm(TpmFamily.Tpm20, Answer)) { ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(2)) });

    private static int Answer(ReadOnlySpan<byte> command, Span<byte> response)
    {
        RawCommands.WithSize(RawCommands.Response(0), 300).CopyTo(response);
        response[10..300].Fill(1);
        return 300;
    }
}

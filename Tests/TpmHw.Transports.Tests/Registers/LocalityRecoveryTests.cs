using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;
using FifoState = TpmHw.Simulation.FifoState;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>A locality whose owner does not give it back, in every state that he can have left the TPM in.</summary>
public sealed class LocalityRecoveryTests
{
    private const byte Owner = 2;

    private static readonly byte[] s_command = RawCommands.GetRandom(TpmFamily.Tpm20, 34);

    [Theory]
    [InlineData(FifoState.Ready)]
    [InlineData(FifoState.Reception)]
    [InlineData(FifoState.Completion)]
    public void A_tpm_that_executes_nothing_is_given_back_for_an_owner_that_is_gone(FifoState state)
    {
        using FifoModel model = Model();
        Leave(model, state);
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        AssertWorks(tpm);
        Assert.InRange(model.Clock.Now, TimeSpan.FromMilliseconds(750), TimeSpan.FromMilliseconds(800));
    }

    [Theory]
    [InlineData(FifoState.Idle)]
    [InlineData(FifoState.Execution)]
    public void A_tpm_that_may_execute_is_left_to_its_owner(FifoState state)
    {
        FifoModel model = Model();
        Leave(model, state);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => SimulatedTpm.OnSpi(model));
        Assert.Equal(TpmFault.NoLocality, error.Fault);
        Assert.Contains("locality 2 has the TPM, with TPM_STS", error.Evidence, StringComparison.Ordinal);
        Assert.Equal(Owner, model.ActiveLocality);
        Assert.Equal(state, model.State);
        Assert.Equal([], model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Fact]
    public void An_owner_that_is_done_in_time_gives_it_back_himself()
    {
        using FifoModel model = Model();
        Leave(model, FifoState.Idle);
        model.Inject(new Fault(FaultKind.OwnedByAnother, Owner) { Lasts = TimeSpan.FromMilliseconds(500) });
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        AssertWorks(tpm);
        Assert.InRange(model.Clock.Now, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(520));
    }

    [Theory]
    [InlineData(FifoState.Idle)]
    [InlineData(FifoState.Ready)]
    [InlineData(FifoState.Reception)]
    [InlineData(FifoState.Execution)]
    [InlineData(FifoState.Completion)]
    public void Where_that_is_asked_for_it_is_taken_from_every_owner(FifoState state)
    {
        using FifoModel model = Model();
        Leave(model, state);
        using ITpmTransport tpm = RegisterTransport.Open(
            new SpiRegisterBus(new SpiModelPort(model)), "sim", "sim:spi", new RegisterTransportOptions { SeizesLocality = true });
        AssertWorks(tpm);
        Assert.Equal(0, model.Rules.Count);
    }

    [Theory]
    [InlineData(FifoState.Idle)]
    [InlineData(FifoState.Execution)]
    public void From_a_lower_locality_it_is_seized_which_tells_the_owner(FifoState state)
    {
        using FifoModel model = Model();
        using ITpmTransport tpm = RegisterTransport.Open(
            new SpiRegisterBus(new SpiModelPort(model)), "sim", "sim:spi", new RegisterTransportOptions { SeizesLocality = true });
        ITpmHashSequence sequence = tpm.FindAbility<ITpmHashSequence>()!;
        sequence.HashStart();
        sequence.HashEnd(); // no locality has the TPM after it
        Leave(model, state);
        tpm.FindAbility<ITpmLocality>()!.Locality = 3;
        AssertWorks(tpm);
        Assert.Equal(3, model.ActiveLocality);
        byte[] access = [0];
        model.Read(TpmRegister.Access, Owner, access);
        Assert.Equal(0x10, access[0] & 0x10); // beenSeized
    }

    private static FifoModel Model() => new(FifoProfiles.Plain, new CannedTpm(TpmFamily.Tpm20, static (command, response) => FifoFakes.Answer(44)(command, response)));

    /// <summary>Another program's doings at its locality.</summary>
    private static void Leave(FifoModel model, FifoState state)
    {
        model.Write(TpmRegister.Access, Owner, [0x02]);
        if (state >= FifoState.Ready)
        {
            model.Write(TpmRegister.Sts, Owner, [0x40]);
        }

        if (state >= FifoState.Reception)
        {
            model.Read(TpmRegister.Sts, Owner, new byte[4]);
            model.Write(TpmRegister.DataFifo, Owner, state == FifoState.Reception ? s_command.AsSpan(0, 5) : s_command);
        }

        if (state >= FifoState.Execution)
        {
            model.ExecutionTime = ExecutionTimes.Fixed(state == FifoState.Execution ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);
            model.Write(TpmRegister.Sts, Owner, [0x20]);
            model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.Zero);
        }

        Assert.Equal(state, model.State);
    }

    private static void AssertWorks(ITpmTransport tpm) => Assert.Equal(44, tpm.Transmit(s_command, new byte[4096]));
}

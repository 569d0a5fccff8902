using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Sessions;

/// <summary>What protection costs: TPM commands from the first one to the last flush. A chip behind a wire takes milliseconds for each.</summary>
public sealed class CommandCountTests : IDisposable
{
    private readonly Interposer _wire = new(TransportCatalog.Default.Open("libtpms"));

    private TpmCc[] Commands => [.. _wire.Log.Where(static (_, i) => i % 2 == 0).Select(static m => (TpmCc)TpmHeader.Read(m).Code)];

    [Fact]
    public void The_first_protected_byte_of_a_TPM_that_was_not_started_costs_nine_commands()
    {
        GetOneByte();
        Assert.Equal(
            [
                TpmCc.GetCapability, TpmCc.Startup, TpmCc.GetCapability, TpmCc.CreatePrimary, TpmCc.StartAuthSession, TpmCc.ReadPublic, TpmCc.FlushContext,
                TpmCc.GetRandom, TpmCc.FlushContext,
            ],
            Commands);
    }

    [Fact]
    public void The_first_protected_byte_of_a_TPM_that_runs_costs_seven_commands()
    {
        Start();
        GetOneByte();
        Assert.Equal(
            [TpmCc.GetCapability, TpmCc.CreatePrimary, TpmCc.StartAuthSession, TpmCc.ReadPublic, TpmCc.FlushContext, TpmCc.GetRandom, TpmCc.FlushContext], Commands);
    }

    [Theory]
    [InlineData(0x81010002)]
    [InlineData(0x81000001)]
    public void The_first_protected_byte_of_a_TPM_with_a_persistent_key_costs_six_commands(uint handle)
    {
        Start();
        using (var other = new Tpm2(new Undisposed(_wire), new() { ProtectBus = false }))
        using (TpmObject key = other.CreatePrimary(TpmRh.Owner, TpmTemplates.StorageRootEcc))
        {
            other.Commands.EvictControl(TpmRh.Owner, key, new(handle));
        }

        GetOneByte();
        Assert.Equal([TpmCc.GetCapability, TpmCc.ReadPublic, TpmCc.StartAuthSession, TpmCc.ReadPublic, TpmCc.GetRandom, TpmCc.FlushContext], Commands);
    }

    /// <summary>The clock is read when there is something that a reset could lose.</summary>
    [Fact]
    public void A_key_costs_one_more_command()
    {
        Start();
        using (var tpm = new Tpm2(new Undisposed(_wire)))
        using (tpm.CreatePrimary(TpmRh.Null, TpmTemplates.SigningEcc))
        {
        }

        Assert.Equal(
            [
                TpmCc.GetCapability, TpmCc.CreatePrimary, TpmCc.StartAuthSession, TpmCc.ReadPublic, TpmCc.FlushContext, TpmCc.ReadClock,
                TpmCc.CreatePrimary, TpmCc.FlushContext, TpmCc.FlushContext,
            ],
            Commands);
    }

    public void Dispose() => _wire.Dispose();

    private void Start()
    {
        _wire.Transmit(PowerUp.StartupCommand(TpmFamily.Tpm20), new byte[TpmTransportInfo.UsualSize]);
        _wire.Log.Clear();
    }

    private void GetOneByte()
    {
        _wire.Log.Clear();
        using var tpm = new Tpm2(new Undisposed(_wire));
        Assert.Single(tpm.GetRandom(1));
    }

    /// <summary>A transport that outlives the program that it was given to.</summary>
    private sealed class Undisposed(ITpmTransport inner) : ITpmTransportWrapper
    {
        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
            inner.Transmit(command, response, cancellationToken);

        public void Dispose()
        {
        }
    }
}

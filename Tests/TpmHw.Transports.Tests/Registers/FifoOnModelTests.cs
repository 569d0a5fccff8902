using System.Security.Cryptography;
using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>The driver on the register model, SPI framing in between.</summary>
public sealed class FifoOnModelTests
{
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
}

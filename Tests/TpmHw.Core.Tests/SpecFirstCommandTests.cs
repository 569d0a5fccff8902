using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transports;

namespace TpmHw.Core.Tests;

public sealed class SpecFirstCommandTests : IDisposable
{
    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    public void Dispose() => _tpm.Dispose();

    [Fact]
    public void A_TPM_that_was_not_started_is_started_and_gives_random_bytes()
    {
        byte[] random = _tpm.GetRandom(1000);
        Assert.True(random.Distinct().Count() > 200);
        Assert.Equal(16, _tpm.Commands.GetRandom(16).RandomBytes.Size);
    }

    [Fact]
    public void The_fixed_properties_say_that_the_family_is_two()
    {
        GetCapability.Response response = _tpm.Commands.GetCapability(TpmCap.TpmProperties, (uint)TpmPt.FamilyIndicator, 64);
        var properties = Assert.IsType<TpmuCapabilities.TpmProperties>(response.CapabilityData.Data);
        Assert.Equal(new TpmsTaggedProperty(TpmPt.FamilyIndicator, 0x322E3000), properties.Items[0]);
    }

    [Fact]
    public async Task PCR_16_of_a_new_TPM_is_zeros()
    {
        PcrRead.Response response = await _tpm.Commands.PcrReadAsync([new(TpmAlgId.Sha256, TpmsPcrSelect.Of(16))]);
        Assert.Equal(new Tpm2bDigest(new byte[32]), Assert.Single(response.PcrValues));
    }
}

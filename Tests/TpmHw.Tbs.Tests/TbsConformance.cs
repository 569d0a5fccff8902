using TpmHw.Testing;

namespace TpmHw.Tbs.Tests;

[Collection(TbsBench.Name)]
public sealed class TbsConformance : TransportConformance
{
    public TbsConformance(TbsBench bench) => bench.Reset();

    protected override ITpmTransport Open() => TbsTransport.Open();
}

[Collection(TbsBench.Name)]
public sealed class TbsTpm12Conformance : TransportConformance
{
    public TbsTpm12Conformance(TbsBench bench) => bench.Reset(TpmFamily.Tpm12);

    protected override TpmFamily Family => TpmFamily.Tpm12;

    protected override ITpmTransport Open() => TbsTransport.Open(new TbsOptions { Version = TbsVersion.Tpm12 });
}

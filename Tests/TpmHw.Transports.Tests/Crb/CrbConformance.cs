using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Transports.Tests.Crb;

/// <summary>The contract on a strict model of each kind, with libtpms behind. The model may have nothing to complain of.</summary>
public abstract class CrbConformance(CrbProfile profile) : TransportConformance, IDisposable
{
    private readonly List<CrbModel> _models = [];

    protected override ITpmTransport Open()
    {
        ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[tpm.Info.MaxResponseSize]);
        var model = new CrbModel(tpm, profile);
        _models.Add(model);
        return CrbDriver.Open($"crb on {profile.Name}", profile.Area, model.Map);
    }

    public void Dispose()
    {
        foreach (CrbModel model in _models)
        {
            model.Dispose();
            Assert.Empty(model.Violations);
            Assert.Equal(0, model.Mapped);
        }

        GC.SuppressFinalize(this);
    }
}

public sealed class CrbOnQemuConformance() : CrbConformance(CrbProfile.Qemu);

public sealed class CrbOnStrictConformance() : CrbConformance(CrbProfile.Strict);

public sealed class CrbOnIntelPttConformance() : CrbConformance(CrbProfile.IntelPtt);

public sealed class CrbOnIntelAlderLakeConformance() : CrbConformance(CrbProfile.IntelAlderLake);

public sealed class CrbOnIntelJasperLakeConformance() : CrbConformance(CrbProfile.IntelJasperLake);

public sealed class CrbOnAmdFtpmConformance() : CrbConformance(CrbProfile.AmdFtpm);

public sealed class CrbWithChunksConformance() : CrbConformance(CrbProfile.Chunking);

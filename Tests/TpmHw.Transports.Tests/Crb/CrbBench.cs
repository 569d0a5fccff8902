using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Transports.Tests.Crb;

/// <summary>A model with libtpms behind it, and the driver on it.</summary>
internal sealed class CrbBench : IDisposable
{
    private readonly byte[] _response = new byte[TpmTransportInfo.UsualSize];
    private CrbDriver? _driver;

    public CrbBench(CrbProfile? profile = null)
    {
        ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[tpm.Info.MaxResponseSize]);
        Model = new CrbModel(tpm, profile);
    }

    public CrbModel Model { get; }

    /// <summary>The driver, opened when it is first asked for.</summary>
    public CrbDriver Driver => _driver ??= Open();

    public CrbDriver Open(TimeSpan? timeout = null) => _driver = CrbDriver.Open("crb", Model.Profile.Area, Model.Map, timeout);

    /// <summary>Asks for random bytes, and asserts that as many come.</summary>
    public void GetRandom(int bytes, CancellationToken cancellationToken = default)
    {
        int length = Driver.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, bytes), _response, cancellationToken);
        Assert.Equal(RawCommands.RandomResponseSize(TpmFamily.Tpm20, bytes), length);
    }

    /// <summary>Does something at the first access after some virtual time.</summary>
    public void After(TimeSpan time, Action action)
    {
        TimeSpan due = Model.Clock.Now + time;
        Model.Accessing = () =>
        {
            if (Model.Clock.Now >= due)
            {
                Model.Accessing = null;
                action();
            }
        };
    }

    /// <summary>The virtual time that something takes.</summary>
    public TimeSpan TimeOf(Action action)
    {
        TimeSpan start = Model.Clock.Now;
        action();
        return Model.Clock.Now - start;
    }

    public void Dispose()
    {
        _driver?.Dispose();
        Model.Dispose();
        Assert.DoesNotContain(Model.Violations, static violation => !violation.DuringFault);
        Assert.Equal(0, Model.Mapped);
    }
}

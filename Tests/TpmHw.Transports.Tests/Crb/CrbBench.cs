using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Transports.Tests.Crb;

/// <summary>A model with libtpms behind it, and the driver on it.</summary>
internal sealed class CrbBench : IDisposable
{
    private readonly byte[] _response = new byte[TpmTransportInfo.UsualSize];
    private readonly CountingTpm _tpm;
    private CrbDriver? _driver;

    public CrbBench(CrbProfile? profile = null, TimeSpan? executionTime = null)
    {
        ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[tpm.Info.MaxResponseSize]);
        _tpm = new CountingTpm(tpm);
        Model = new CrbModel(profile ?? CrbProfiles.Strict, _tpm) { ExecutionTime = ExecutionTimes.Fixed(executionTime ?? TimeSpan.FromMilliseconds(2)) };
    }

    public CrbModel Model { get; }

    /// <summary>How many commands the TPM behind the model has executed.</summary>
    public int Executed => _tpm.Executed;

    /// <summary>The driver, opened when it is first asked for.</summary>
    public CrbDriver Driver => _driver ??= Open();

    public CrbDriver Open(TimeSpan? timeout = null) => _driver = CrbDriver.Open("crb", Model.Profile.Area, Model.Map, new RegisterTransportOptions { Timeout = timeout });

    /// <summary>Asks for random bytes, and asserts that as many come.</summary>
    public void GetRandom(int bytes, CancellationToken cancellationToken = default)
    {
        int length = Driver.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, bytes), _response, cancellationToken);
        Assert.Equal(RawCommands.RandomResponseSize(TpmFamily.Tpm20, bytes), length);
    }

    public void Inject(params ReadOnlySpan<Fault> faults)
    {
        foreach (Fault fault in faults)
        {
            Model.Inject(fault);
        }
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
        Assert.DoesNotContain(Model.Rules.Violations, static violation => !violation.DuringFault);
        Assert.Equal(0, Model.Mapped);
    }

    private sealed class CountingTpm(ITpmTransport inner) : ITpmTransportWrapper
    {
        public int Executed { get; private set; }

        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            Executed++;
            return inner.Transmit(command, response, cancellationToken);
        }

        public void Dispose() => inner.Dispose();
    }
}

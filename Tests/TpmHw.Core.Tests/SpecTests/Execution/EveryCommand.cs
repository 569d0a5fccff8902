using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>
/// Has libtpms execute every command that it has, by the typed methods, chapter by chapter. What goes over the
/// wire is kept: it is the material of several tests.
/// </summary>
internal sealed partial class EveryCommand
{
    private static readonly Lazy<List<Exchange>> s_exchanges = new(Run);

    private readonly Tpm2 _tpm;
    private readonly Keys _keys;

    private EveryCommand(Tpm2 tpm)
    {
        _tpm = tpm;
        _keys = new(Commands);
    }

    /// <summary>All exchanges of one run.</summary>
    public static IReadOnlyList<Exchange> Exchanges => s_exchanges.Value;

    private Tpm2Commands Commands => _tpm.Commands;

    private static List<Exchange> Run()
    {
        var log = new ExchangeLog(TransportCatalog.Default.Open("libtpms"));
        RunOn(log);
        return log.Exchanges;
    }

    /// <summary>Executes them all on a libtpms that has not been started.</summary>
    public static void RunOn(ITpmTransport libtpms)
    {
        using var tpm = new Tpm2(libtpms);
        var all = new EveryCommand(tpm);
        all.Management();
        all.Objects();
        all.Primitives();
        all.Sequences();
        all.Attestation();
        all.Certificates();
        all.NonVolatileStorage();
        all.Policies();
        all.Roles();
        all.Hierarchies();
    }
}

using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Benchmarks;

/// <summary>What a command costs over a transport that costs nothing, and over swtpm.</summary>
internal static class CoreBenchmark
{
    private const int RandomBytes = 32;

    public static IReadOnlyList<Measurement> Run()
    {
        BenchmarkException.ThrowIfThereIsNoSwtpm();
        return
        [
            .. Measure("memory", new MemoryTransport(TransportCatalog.Default.Open("libtpms"))),
            .. MeasureSwtpm("swtpm, Unix socket", new SwtpmOptions()),
            .. MeasureSwtpm("swtpm, TCP", new SwtpmOptions { OverTcp = true }),
        ];
    }

    private static Measurement[] MeasureSwtpm(string name, SwtpmOptions options)
    {
        using var swtpm = new SwtpmProcess(options);
        return
        [
            .. Measure(name, TransportCatalog.Default.Open(swtpm.ConnectionString)),
            MeasureProtected(name, TransportCatalog.Default.Open(swtpm.ConnectionString)),
        ];
    }

    /// <summary>Through a salted session that encrypts: an HMAC each way, and what is secret encrypted.</summary>
    private static Measurement MeasureProtected(string name, ITpmTransport transport)
    {
        using var tpm = new Tpm2(transport, new() { ProtectBus = true });
        byte[] random = new byte[RandomBytes];
        tpm.GetRandom(random); // makes the session
        return Measurement.Of(name, "GetRandom, encrypted", () => tpm.GetRandom(random));
    }

    private static Measurement[] Measure(string name, ITpmTransport transport)
    {
        using var tpm = new Tpm2(transport);
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm20, RandomBytes);
        byte[] response = new byte[transport.Info.MaxResponseSize];
        byte[] random = new byte[RandomBytes];
        tpm.GetRandom(random); // starts the TPM up where that is needed
        TpmlPcrSelection firstEight = [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0, 1, 2, 3, 4, 5, 6, 7))];
        return
        [
            Measurement.Of(name, "raw bytes", () => transport.Transmit(command, response)),
            Measurement.Of(name, "GetRandom", () => tpm.GetRandom(random)),
            Measurement.Of(name, "PCR_Read", () => tpm.Commands.PcrRead(firstEight)),
        ];
    }
}

using TpmHw;
using TpmHw.Benchmarks;

const string Help = """
    What TpmHw costs. Times are for people to compare, not for tests: a shared machine's noise is part of them. What
    'bus' counts is exact, and the same everywhere.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- core [--json]
          Commands per second, processor time and allocated bytes per command, in turns with the same work through ESYS
          of tpm2-tss (from apt: gcc, libtss2-dev): over answers from memory, over a Unix socket to a process that
          answers from memory, and over swtpm; there also through a salted session that encrypts. PCR_Read, ReadPublic and
          GetCapability are then measured on a protected bus, where a salted session authenticates them, in turns with our
          own commands without protection: no aim, but what protection adds. Takes three minutes.
          Fails when a plain command takes more processor time than ESYS where the TPM costs nothing, when an encrypted
          one takes more than a third of what go-tpm takes, or when more is allocated than the result.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- startup [--json]
          How long 'tpmhw getrandom 16' takes from start to end, against the least program that makes the same
          exchange, both published by Tools/publish.sh. Fails when it takes more than 1.5 times as long.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- bus [--json]
          Frames, bytes, status reads, exchanges and overshoot of six commands over SPI, on a modelled chip and a
          virtual clock, in 20 settings: w4 wait bytes on every access (w2f: on the FIFO's), b64 burstCount,
          e1ms execution time, rdy1ms until ready, s24 clock in MHz, static: burstCount declared to be. Takes a second
          or two. Fails when a figure is above its bound: the least that the protocol allows with burstCount read
          before every burst, or, where it is static, with it read once and one look after the response.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- serve [--json]
          Commands per second of one and of eight clients that share a TPM through 'tpmhw serve', in turns with the same
          clients through tpm2-abrmd (from apt: gcc, libtss2-dev, tpm2-abrmd, libtss2-tcti-tabrmd0, dbus-daemon), with
          keys that fit into the TPM and that don't, and how many commands the TPM gets for each. Takes two minutes.
          Fails when there are less than 1.5 times (GetRandom) or twice (ReadPublic) tpm2-abrmd's commands per second,
          more than one TPM command each where the keys fit, or more than a flush, a load and the command otherwise.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- faults
          What a caller gets when something goes wrong: every fault of the models in every phase of a command on every
          bus, as docs/fault-matrix.md has it. Fails when a cell has neither the right response nor an error that
          names the fault.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- interposer [SCENARIO...]
          What an attacker who owns the bus gets: every attack on every message of every scenario, on libtpms, as
          docs/interposer-matrix.md has it. Takes some minutes. Fails when a cell has neither the right result nor a
          refusal that the TPM's state agrees with.
    """;

bool json = args.Contains("--json");
try
{
    switch (args.Where(static a => a != "--json").ToArray())
    {
        case ["core"]:
            IReadOnlyList<Measurement> measurements = CoreBenchmark.Run();
            Report.Write(measurements, json);
            return measurements.All(static m => m.Passed) ? 0 : 1;
        case ["startup"]:
            StartupResult result = StartupBenchmark.Run();
            Report.Write(result, json);
            return result.Passed ? 0 : 1;
        case ["bus"]:
            IReadOnlyList<BusCell> cells = BusBenchmark.Run();
            Report.Write(cells, json);
            return cells.All(static c => c.Above.Count == 0) ? 0 : 1;
        case ["serve"]:
            IReadOnlyList<ServeMeasurement> served = ServeBenchmark.Run();
            Report.Write(served, json);
            return served.All(static m => m.Passed) ? 0 : 1;
        case ["faults"]:
            return FaultTable.Write();
        case ["interposer", .. string[] scenarios]:
            return InterposerTableWriter.Write(scenarios);
        case [] or ["--help"]:
            Console.WriteLine(Help);
            return 0;
        default:
            Console.Error.WriteLine(Help);
            return 2;
    }
}
catch (Exception e) when (e is TpmTransportException or BenchmarkException)
{
    Console.Error.WriteLine(e.Message);
    if (e is TpmException { Advice.Length: > 0 } tpm)
    {
        Console.Error.WriteLine(tpm.Advice);
    }

    return 1;
}

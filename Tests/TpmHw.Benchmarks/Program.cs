using TpmHw;
using TpmHw.Benchmarks;

const string Help = """
    What TpmHw costs. Results are for people to compare, not for tests: a shared machine's noise is part of them.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- core [--json]
          Commands per second, processor time and allocated bytes per command: raw bytes, GetRandom and PCR_Read,
          over answers from memory and over swtpm. Takes about a minute.

      dotnet run -c Release --project Tests/TpmHw.Benchmarks -- startup [--json]
          How long 'tpmhw getrandom 16' takes from start to end, against the least program that makes the same
          exchange, both published by Tools/publish.sh. Fails when it takes more than 1.5 times as long.
    """;

bool json = args.Contains("--json");
try
{
    switch (args.Where(static a => a != "--json").ToArray())
    {
        case ["core"]:
            Report.Write(CoreBenchmark.Run(), json);
            return 0;
        case ["startup"]:
            StartupResult result = StartupBenchmark.Run();
            Report.Write(result, json);
            return result.Passed ? 0 : 1;
        case []:
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

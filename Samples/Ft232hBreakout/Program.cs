using TpmHw;
using TpmHw.Simulation;
using TpmHw.Transport;
using TpmHw.Transports;

// spi or i2c, then a bridge's serial number where there are several, then --simulate for the model.
SimulationTransports.AddTo(TransportCatalog.Default);
bool simulates = args.Contains("--simulate");
string[] words = [.. args.Where(static a => a != "--simulate")];
string bus = words.ElementAtOrDefault(0) ?? "spi";
string serial = words.Length > 1 ? $"serial={words[1]}," : "";
string connectionString = simulates ? $"sim:ftdi-{bus},irq=yes" : $"{bus}-ftdi:{serial}reset=gpiol0,irq=gpiol1";
try
{
    using var tpm = Tpm2.Open(connectionString);
    tpm.Transport.FindAbility<ITpmReset>()!.Reset();
    Console.WriteLine("reset");
    Console.WriteLine(Convert.ToHexString(tpm.GetRandom(16))); // sends TPM2_Startup before, which a reset TPM wants
    return 0;
}
catch (TpmTransportException e)
{
    Console.Error.WriteLine($"{e.Message}\n{e.Evidence}\n{e.Advice}");
    return 1;
}

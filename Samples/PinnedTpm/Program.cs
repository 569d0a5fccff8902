using TpmHw;
using TpmHw.Transports;

// The first run remembers the TPM in a file. Later runs refuse every other TPM.
string connectionString = args is [var connection] ? connection : "auto";
using var tpm = Tpm2.Open(connectionString, new() { PinStore = new TpmPinFile("tpm.pin") });
Console.WriteLine($"random  {Convert.ToHexString(tpm.GetRandom(16))}");
Console.WriteLine($"bus     {tpm.BusProtection.Level}, {tpm.BusProtection.KeyName}");

using System.Buffers.Binary;
using System.Text;
using TpmHw;
using TpmHw.Simulation;
using TpmHw.Spec;
using TpmHw.Transports;

SimulationTransports.AddTo(TransportCatalog.Default);
string connectionString = args switch
{
    ["--simulate"] => "sim:ltt2go", // the stick's model, with libtpms as its TPM
    [var serial] => "spi-ltt2go:serial=" + serial,
    _ => "spi-ltt2go",
};
try
{
    using var tpm = Tpm2.Open(connectionString);
    byte[] random = tpm.GetRandom(16); // sends TPM2_Startup before, where nobody has since the stick was plugged in
    Console.WriteLine($"stick   {tpm.Transport.Info.Name}");
    Console.WriteLine($"maker   {Maker(tpm)}");
    Console.WriteLine($"random  {Convert.ToHexString(random)}");
    return 0;
}
catch (TpmTransportException e)
{
    Console.Error.WriteLine($"{e.Message}\n{e.Evidence}\n{e.Advice}");
    return 1;
}

// TPM_PT_MANUFACTURER: four characters in a number.
static string Maker(Tpm2 tpm)
{
    var answer = tpm.Commands.GetCapability(TpmCap.TpmProperties, (uint)TpmPt.Manufacturer, 1).CapabilityData.Data;
    byte[] four = new byte[4];
    BinaryPrimitives.WriteUInt32BigEndian(four, ((TpmuCapabilities.TpmProperties)answer).Items[0].Value);
    return Encoding.ASCII.GetString(four).TrimEnd('\0', ' ');
}

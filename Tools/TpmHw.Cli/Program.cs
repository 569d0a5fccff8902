using TpmHw.Transports;

byte[] response = new byte[4096];
using var transport = TransportCatalog.Default.Open(args[0]);
int length = transport.Transmit(Convert.FromHexString(args[1]), response);
Console.WriteLine(Convert.ToHexString(response.AsSpan(0, length)));

using TpmHw;
using TpmHw.Transports;

using var tpm = Tpm2.Open("libtpms"); // a software TPM; "auto" is the TPM of this machine
byte[] random = tpm.GetRandom(16);
Console.WriteLine(Convert.ToHexString(random));

using System.Text;
using TpmHw;
using TpmHw.Policy;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Transports;

using var tpm = Tpm2.Open(args is [var connection] ? connection : "libtpms");
TpmPolicy policy = PolicyPcr.Current(tpm, TpmAlgId.Sha256, 7, 16); // Secure Boot's, and one to play with

// What comes out of this can lie in a file: only this TPM reads it, and only with these PCRs.
using TpmObject root = tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.StorageRootEcc);
var box = tpm.Commands.Create(
    root, new(new(default, "the key of the disk"u8.ToArray())), new(TpmTemplates.SealedData.UnderPolicy(policy)), default, default);

Console.WriteLine($"sealed    {box.OutPrivate.Size} bytes");
Console.WriteLine($"unsealed  {Unseal()}");

tpm.Commands.PcrExtend(new TpmHandle(16), [new(TpmAlgId.Sha256, new byte[32])]);
try
{
    Unseal();
}
catch (TpmPolicyException e)
{
    Console.WriteLine($"then      {e.Message}");
}

string Unseal()
{
    using TpmObject data = tpm.Load(root, box.OutPrivate, box.OutPublic.PublicArea);
    using TpmSession session = tpm.Satisfy(policy);
    using SecretBuffer secret = tpm.Unseal(data, session);
    return Encoding.UTF8.GetString(secret.Span);
}

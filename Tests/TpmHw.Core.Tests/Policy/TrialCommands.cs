using TpmHw.Crypto;
using TpmHw.Policy;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Policy;

/// <summary>The elements of a policy as commands of a trial session, which takes any signature and any ticket.</summary>
internal static class TrialCommands
{
    /// <summary>The digest of a trial session that was given the elements; of a choice, each branch has a session of its own.</summary>
    public static Tpm2bDigest DigestOf(Tpm2 tpm, IReadOnlyList<PolicyElement> elements, TpmAlgId hash, params TpmEntity[] known)
    {
        // One after the other: a TPM has room for few sessions.
        Tpm2bDigest[][] choices = [.. elements.Select((e, i) => e is PolicyOr or ? or.Branches.Select(b => DigestOf(tpm, [.. elements.Take(i), .. b.Policy], hash, known)).ToArray() : [])];
        using TpmSession trial = tpm.StartSession(TpmSe.Trial, hash: hash);
        for (int i = 0; i < elements.Count; i++)
        {
            if (elements[i] is PolicyOr)
            {
                foreach (TpmlDigest list in TpmPolicyDigest.PathThroughOr(hash, choices[i], choices[i].Length / 2))
                {
                    tpm.Commands.PolicyOr(trial, list);
                }
            }
            else
            {
                Run(tpm, trial, elements[i], known);
            }
        }

        return tpm.Commands.PolicyGetDigest(trial).PolicyDigest;
    }

    private static void Run(Tpm2 tpm, TpmSession trial, PolicyElement element, TpmEntity[] known)
    {
        Tpm2Commands run = tpm.Commands;
        switch (element)
        {
            case PolicyAuthValue:
                run.PolicyAuthValue(trial);
                break;
            case PolicyPassword:
                run.PolicyPassword(trial);
                break;
            case PolicyPhysicalPresence:
                run.PolicyPhysicalPresence(trial);
                break;
            case PolicySigned e:
                using (TpmObject? external = Find(e.KeyName) is null ? tpm.LoadExternal(e.Key) : null)
                {
                    TpmtSignature none = e.Key.Type == TpmAlgId.Rsa
                        ? new(TpmAlgId.Rsapss, new TpmuSignature.Rsa(TpmAlgId.Sha256, new byte[256]))
                        : new(TpmAlgId.Ecdsa, new TpmuSignature.Ecc(TpmAlgId.Sha256, new byte[32], new byte[32]));
                    run.PolicySigned(external ?? Find(e.KeyName)!, trial, default, default, e.PolicyRef, 0, none);
                }

                break;
            case PolicySecret e:
                run.PolicySecret(Find(e.Entity) ?? new TpmHandle(Convert.ToUInt32(e.Entity.ToString(), 16)), trial, default, default, e.PolicyRef, 0);
                break;
            case PolicyPcr e:
                run.PolicyPcr(trial, TpmHash.Hash(trial.HashAlg, [.. e.Values.SelectMany(v => v.Value.Buffer.ToArray())]), e.Selection);
                break;
            case PolicyLocality e:
                run.PolicyLocality(trial, e.Locality);
                break;
            case PolicyNv e:
                run.PolicyNv(e.Index.NvIndex, e.Index.NvIndex, trial, e.OperandB, e.Offset, e.Operation);
                break;
            case PolicyCounterTimer e:
                run.PolicyCounterTimer(trial, e.OperandB, e.Offset, e.Operation);
                break;
            case PolicyCommandCode e:
                run.PolicyCommandCode(trial, e.Code);
                break;
            case PolicyCpHash e:
                run.PolicyCpHash(trial, e.CpHash);
                break;
            case PolicyNameHash e:
                run.PolicyNameHash(trial, e.NameHash(trial.HashAlg));
                break;
            case PolicyTemplate e:
                run.PolicyTemplate(trial, e.TemplateHash(trial.HashAlg));
                break;
            case PolicyDuplicationSelect e:
                run.PolicyDuplicationSelect(trial, e.IncludeObject ? e.Object : known[0].Name, e.NewParent, e.IncludeObject);
                break;
            case PolicyAuthorize e:
                run.PolicyAuthorize(trial, new byte[TpmHash.SizeOf(trial.HashAlg)], e.PolicyRef, e.KeyName, new(TpmSt.Verified, TpmRh.Null, default));
                break;
            case PolicyAuthorizeNv e:
                run.PolicyAuthorizeNv(e.Index.NvIndex, e.Index.NvIndex, trial);
                break;
            case PolicyNvWritten e:
                run.PolicyNvWritten(trial, e.WrittenSet);
                break;
            case PolicyAction:
                break;
            default:
                throw new NotSupportedException($"{element}");
        }

        TpmEntity? Find(Tpm2bName name) => Array.Find(known, k => k.Name == name);
    }
}

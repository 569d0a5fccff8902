using TpmHw.Policy;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>What <see cref="Tpm2"/> does with policies.</summary>
public static class PolicyTasks
{
    /// <summary>
    /// Makes a session that satisfies a policy: it finds the first branch that can be satisfied on this TPM now, and executes
    /// its commands. The session is then used for one command, and disposed.
    /// </summary>
    /// <param name="tpm">The TPM.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="credentials">What there is to satisfy it with; null for nothing.</param>
    /// <param name="command">The command that the session is to be used for, where branches are for different ones.</param>
    /// <param name="target">What it is to be used on: its name algorithm is the policy's hash, and some elements look at it.</param>
    /// <param name="hash">The policy's hash, where there is no <paramref name="target"/>.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmPolicyException">No branch can be satisfied; it says what is in the way of each.</exception>
    public static TpmSession Satisfy(
        this Tpm2 tpm,
        TpmPolicy policy,
        PolicyCredentials? credentials = null,
        TpmCc? command = null,
        TpmEntity? target = null,
        TpmAlgId hash = TpmAlgId.Sha256,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        ArgumentNullException.ThrowIfNull(policy);
        return new PolicyRun(tpm, credentials ?? [], new(command, target, HashOf(target) ?? hash), all: false, cancellationToken).Satisfy(policy);
    }

    /// <summary>Says how the elements of a policy stand on this TPM now, in all of its branches. Nothing is authorised.</summary>
    /// <param name="tpm">The TPM.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="credentials">As for <see cref="Satisfy"/>.</param>
    /// <param name="command">As for <see cref="Satisfy"/>.</param>
    /// <param name="target">As for <see cref="Satisfy"/>.</param>
    /// <param name="hash">As for <see cref="Satisfy"/>.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    public static IReadOnlyList<PolicyFinding> Examine(
        this Tpm2 tpm,
        TpmPolicy policy,
        PolicyCredentials? credentials = null,
        TpmCc? command = null,
        TpmEntity? target = null,
        TpmAlgId hash = TpmAlgId.Sha256,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        ArgumentNullException.ThrowIfNull(policy);
        return new PolicyRun(tpm, credentials ?? [], new(command, target, HashOf(target) ?? hash), all: true, cancellationToken).Plan.Make(policy);
    }

    private static TpmAlgId? HashOf(TpmEntity? target) => target switch
    {
        TpmObject loaded => loaded.PublicArea.NameAlg,
        TpmNvIndex index => index.PublicArea.NameAlg,
        _ => null,
    };
}

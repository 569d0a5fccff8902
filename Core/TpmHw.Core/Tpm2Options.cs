using System.Diagnostics;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>How <see cref="Tpm2"/> treats its TPM.</summary>
public sealed record Tpm2Options
{
    /// <summary>
    /// Whether a TPM that says it was not started (TPM_RC_INITIALIZE) is sent TPM2_Startup(CLEAR) and the command
    /// again, which it had not executed. Not done where a resource manager looks after the TPM.
    /// </summary>
    public bool StartUpWhenNeeded { get; init; } = true;

    /// <summary>
    /// Whether a command that the TPM puts off (TPM_RC_RETRY, TPM_RC_YIELDED, TPM_RC_TESTING) is sent again, as
    /// <see cref="Transport.RetryTransport"/> does by default.
    /// </summary>
    public bool ResendWhenBusy { get; init; } = true;

    /// <summary>
    /// Whether authorisation values and secrets go through salted sessions that encrypt them and notice every change.
    /// Null: where the transport crosses a wire (<see cref="TpmTransportInfo.CrossesWire"/>).
    /// </summary>
    public bool? ProtectBus { get; init; }

    /// <summary>
    /// The Name of the key that those sessions are salted with, from <see cref="Tpm2.BusProtection"/> of an earlier time.
    /// A TPM without that key is another one, and gets nothing. Null: the first key that is found.
    /// </summary>
    public Tpm2bName? SaltKeyName { get; init; }

    /// <summary>
    /// Who must vouch for the key that those sessions are salted with: it is then an endorsement key whose certificate, from
    /// the TPM's NV memory, leads to one of the roots. A TPM without such a key gets nothing. Null: nobody.
    /// </summary>
    public EndorsementTrust? EndorsementTrust { get; init; }

    /// <summary>
    /// Hears of transient objects and sessions that were collected without having been disposed. Where they were made
    /// is remembered only when this is set; by default under a debugger, which is told.
    /// </summary>
    public Action<TpmLeak>? OnLeak { get; init; } = Debugger.IsAttached ? static leak => Debugger.Log(0, nameof(TpmHw), $"{leak}\n") : null;

    /// <summary>Whether protection is asked for or declined by name; null if the transport decides. A pin and a trust are asking for it.</summary>
    /// <exception cref="ArgumentException">Both.</exception>
    internal bool? AsksForProtection => SaltKeyName is null && EndorsementTrust is null ? ProtectBus
        : ProtectBus is not false ? true
        : throw new ArgumentException($"{nameof(ProtectBus)} is false, and a pin or a trust asks for protection. Leave one of them out.");
}

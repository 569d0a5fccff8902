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
    /// Whether commands go through salted sessions, which encrypt secrets and notice every change. Null: if the transport
    /// crosses a bus (<see cref="TpmTransportInfo.CrossesWire"/>), and on every transport if one of <see cref="SaltKeyName"/>,
    /// <see cref="PinStore"/> and <see cref="EndorsementTrust"/> is set. Together with one of these, false is refused.
    /// </summary>
    public bool? ProtectBus { get; init; }

    /// <summary>
    /// The Name of the key that those sessions are salted with, from <see cref="Tpm2.BusProtection"/> of an earlier time.
    /// A TPM without that key is another one, and gets nothing. Null: the first key that is found.
    /// </summary>
    public Tpm2bName? SaltKeyName { get; init; }

    /// <summary>
    /// Where the Name of that key is kept between runs, such as a <see cref="TpmPinFile"/>: the first use keeps it, and later ones
    /// check it as <see cref="SaltKeyName"/> does, which comes first if both are set. Null: nothing is kept.
    /// </summary>
    public ITpmPinStore? PinStore { get; init; }

    /// <summary>
    /// Who must vouch for the key that those sessions are salted with: it is then an endorsement key whose certificate, from
    /// the TPM's NV memory, leads to one of the roots. A TPM without such a key gets nothing. Null: any TPM will do.
    /// </summary>
    public EndorsementTrust? EndorsementTrust { get; init; }

    /// <summary>Whether a pin or a trust is asked for, which is asking for protection.</summary>
    public bool AsksForIdentity => SaltKeyName is not null || PinStore is not null || EndorsementTrust is not null;

    /// <summary>
    /// Hears of transient objects and sessions that were collected without having been disposed. Where they were made
    /// is remembered only when this is set; by default under a debugger, which is told.
    /// </summary>
    public Action<TpmLeak>? OnLeak { get; init; } = Debugger.IsAttached ? static leak => Debugger.Log(0, nameof(TpmHw), $"{leak}\n") : null;
}

using TpmHw.Spec;

namespace TpmHw;

/// <summary>What a session found out.</summary>
public enum TpmSessionFault
{
    /// <summary>A response's HMAC is wrong: it is not what the TPM answered, or not from the TPM that the session was made with.</summary>
    ResponseNotAuthentic,

    /// <summary>What the TPM says of an entity contradicts what it is known to be.</summary>
    WrongName,

    /// <summary>The TPM was reset since the session began: sessions and transient objects are gone.</summary>
    TpmReset,

    /// <summary>Another TPM answers: its salt key is not the one that is pinned, or that was there before.</summary>
    TpmReplaced,

    /// <summary>There is no key that a session's salt could be encrypted for, so that the bus can't be protected.</summary>
    NoSaltKey,

    /// <summary>A command was not sent because a secret in it, or in its response, would cross the bus where no session encrypts.</summary>
    InClear,

    /// <summary>A command was not sent because its own sessions leave no room for one that protects the bus.</summary>
    NoRoom,

    /// <summary>A session's nonces are not the TPM's any more, so that it would only cost failed authorizations.</summary>
    OutOfStep,

    /// <summary>The session of a command that changes something was lost, and with it the proof whether the TPM has executed the command.</summary>
    OutcomeUnknown,

    /// <summary>Nobody who is believed vouches for a key of the TPM.</summary>
    NotCertified,

    /// <summary>A key is unfit to encrypt a session's salt for: its public area is wrong, or of a kind that is not supported.</summary>
    UnfitKey,
}

/// <summary>A session has noticed that something between this program and the TPM, or the TPM itself, is not what it was.</summary>
public sealed class TpmSessionException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fault">What was noticed.</param>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="innerException">What caused it.</param>
    public TpmSessionException(TpmSessionFault fault, string message, Exception? innerException = null)
        : base(message, AdviceFor(fault), innerException) => Fault = fault;

    private TpmSessionException(string message, string advice)
        : base(message, advice) => Fault = TpmSessionFault.TpmReplaced;

    /// <summary>What was noticed.</summary>
    public TpmSessionFault Fault { get; }

    /// <summary>Another TPM answers than the one whose key a pin store keeps.</summary>
    /// <param name="kept">The Name that is kept.</param>
    /// <param name="seen">The Name of a key that the TPM has instead.</param>
    /// <param name="place">Where the Name is kept (<see cref="ITpmPinStore.Place"/>).</param>
    internal static TpmSessionException Replaced(Tpm2bName kept, Tpm2bName seen, string place) => new(
        $"Another TPM answers: it has the key {seen}, and not {kept}, which {place} remembers.",
        $"If you have changed or cleared the TPM yourself, remove {place}: the next use pins the TPM that is then there. Otherwise trust nothing that it says.");

    private static string AdviceFor(TpmSessionFault fault) => fault switch
    {
        TpmSessionFault.ResponseNotAuthentic => "Nothing of the response was used. If it happens again, the bus loses bits or somebody alters them: check the wiring.",
        TpmSessionFault.WrongName => "Make sure that nobody else uses the TPM without a resource manager; read the entity anew.",
        TpmSessionFault.TpmReset => "Objects and sessions made before are lost; load them again. The next command begins anew.",
        TpmSessionFault.TpmReplaced => "If you have changed or cleared the TPM yourself, pin the new salt key; otherwise trust nothing that it says.",
        TpmSessionFault.NoSaltKey => "Make an endorsement or storage key persistent, or do without protection by name: Tpm2Options.ProtectBus = false.",
        TpmSessionFault.InClear => "Nothing was sent. If the TPM is not behind a bus that others reach, do without protection by name: Tpm2Options.ProtectBus = false.",
        TpmSessionFault.NoRoom => "Nothing was sent. Leave a session out, or start it with Tpm2.StartSession without a salt of your own: it then protects the bus itself.",
        TpmSessionFault.OutOfStep => "Nothing was sent. Start a new session; a policy is satisfied anew.",
        TpmSessionFault.OutcomeUnknown => "Look at what the command was to change before sending it again.",
        TpmSessionFault.NotCertified => "It may not be a genuine TPM of a manufacturer that you trust. If you know that it is, add the manufacturer's root and intermediate certificates to Tpm2Options.EndorsementTrust; a TPM without a certificate can be pinned instead (Tpm2Options.PinStore).",
        TpmSessionFault.UnfitKey => "Use a restricted decryption key of this TPM, such as a storage or endorsement key (TpmTemplates). If it is one, something alters what the TPM says of it.",
        _ => "",
    };
}

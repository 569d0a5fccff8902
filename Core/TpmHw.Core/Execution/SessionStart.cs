using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Execution;

/// <summary>TPM2_StartAuthSession with its nonce and its salt (Part 1, 19.6; Part 3, 11.1).</summary>
/// <param name="Type">What the session is for.</param>
/// <param name="Bind">An entity whose authorization value goes into the session's key; null for none.</param>
/// <param name="Symmetric">How it encrypts parameters.</param>
/// <param name="HashAlg">The hash of its HMACs and of its policy.</param>
internal readonly record struct SessionStart(TpmSe Type, TpmEntity? Bind, TpmtSymDef Symmetric, TpmAlgId HashAlg)
{
    /// <summary>Starts the session.</summary>
    /// <param name="tpm">Sends the command.</param>
    /// <param name="owner">What the session belongs to.</param>
    /// <param name="saltKey">The loaded key that the salt is encrypted for; null for no salt.</param>
    /// <param name="isProtecting">Whether that key is known to be this TPM's, so that nobody else can read the salt.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    public TpmSession Run(ICommandSender tpm, IHandleOwner owner, (TpmHandle Handle, TpmtPublic PublicArea)? saltKey, bool isProtecting, CancellationToken cancellationToken)
    {
        if (!ParameterCipher.IsSupported(Symmetric))
        {
            throw new NotSupportedException($"Parameters can't be encrypted with {Symmetric.Algorithm.SpecName()} here.");
        }

        using var salt = new TpmSecret(TpmHash.MaxSize);
        byte[] encrypted = saltKey is { } key ? SessionSalt.Make(key.PublicArea, salt) : [];
        byte[] nonce = RandomNumberGenerator.GetBytes(TpmHash.SizeOf(HashAlg));
        StartAuthSession.Response started = tpm.Run<StartAuthSession, StartAuthSession.Response>(
            new(saltKey?.Handle ?? TpmRh.Null, Bind?.Handle ?? TpmRh.Null, nonce, encrypted, Type, Symmetric, HashAlg), cancellationToken);
        return new(owner, started.SessionHandle, this.Type, HashAlg, Symmetric, Bind, salt.Span, new(nonce, started.NonceTpm.Span), isProtecting);
    }
}

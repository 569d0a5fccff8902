using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Execution;

namespace TpmHw.Sessions;

/// <summary>TPM2_StartAuthSession with its nonce and its salt.</summary>
internal static class SessionStart
{
    public static TpmSession Run(
        CommandEngine engine,
        TpmSe type,
        TpmHandle saltKey,
        in TpmtPublic? saltPublic,
        TpmEntity? bind,
        TpmtSymDef symmetric,
        TpmAlgId hash,
        CancellationToken cancellationToken)
    {
        if (!ParameterCipher.IsSupported(symmetric))
        {
            throw new NotSupportedException($"Parameters can't be encrypted with {symmetric.Algorithm.SpecName()} here.");
        }

        if (bind is { IsNameKnown: false })
        {
            bind.SetName(NameReader.Read(engine, bind.Handle, cancellationToken));
        }

        using var salt = new TpmSecret(TpmHash.MaxSize);
        byte[] encrypted = saltPublic is { } key ? SaltEncryption.Make(key, "SECRET"u8, salt) : [];
        byte[] nonce = RandomNumberGenerator.GetBytes(TpmHash.SizeOf(hash));
        StartAuthSession.Response started = engine.Run<StartAuthSession, StartAuthSession.Response>(
            new(saltKey, bind?.Handle ?? TpmRh.Null, nonce, encrypted, type, symmetric, hash), cancellationToken);
        return new(engine, started.SessionHandle, type, hash, symmetric, bind, salt.Span, new(nonce, started.NonceTpm.Span));
    }
}

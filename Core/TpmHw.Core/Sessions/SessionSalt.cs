using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw.Sessions;

/// <summary>The secret that a session's key is derived from, encrypted for a key of the TPM (Part 1, 19.6).</summary>
internal static class SessionSalt
{
    /// <summary>Makes a salt for a key.</summary>
    /// <param name="key">The key's public area.</param>
    /// <param name="salt">Receives the salt.</param>
    /// <returns>The salt, encrypted as the TPM takes it.</returns>
    /// <exception cref="TpmSessionException">The key is unfit: its numbers are wrong, or it is of a kind that is not supported.</exception>
    public static byte[] Make(in TpmtPublic key, TpmSecret salt) => SaltEncryption.TryMake(key, "SECRET"u8, salt, out string? objection)
        ?? throw new TpmSessionException(TpmSessionFault.UnfitKey, $"No salt can be encrypted for this key. {objection}");
}

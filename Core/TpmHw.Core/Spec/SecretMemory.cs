using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TpmHw.Spec;

/// <summary>The memory of secrets that a TPM gave.</summary>
internal static class SecretMemory
{
    /// <summary>Zeroes the bytes. What does not lie in an array was not read from a response, and stays.</summary>
    public static void Clear(ReadOnlyMemory<byte> secret)
    {
        if (MemoryMarshal.TryGetArray(secret, out ArraySegment<byte> bytes))
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}

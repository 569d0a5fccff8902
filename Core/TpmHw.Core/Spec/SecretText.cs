using System.Security.Cryptography;
using TpmHw.Wire;

namespace TpmHw.Spec;

/// <summary>Secrets as text, which ends up in logs: their size.</summary>
internal static class SecretText
{
    /// <summary>A secret whose size is not known.</summary>
    public const string Some = "secret bytes";

    // More than any structure of the specification that holds a secret.
    private const int Room = 4096;

    /// <summary>A secret of some bytes.</summary>
    public static string Of(int size) => size == 1 ? "1 secret byte" : $"{size} secret bytes";

    /// <summary>A structure that is secret, by the bytes that it takes on the wire.</summary>
    /// <param name="value">The structure.</param>
    /// <param name="sizeOfSize">How many of the bytes are its own size.</param>
    public static string Of<T>(in T value, int sizeOfSize = 0)
        where T : ITpmStructure<T>
    {
        Span<byte> room = stackalloc byte[Room];
        var writer = new TpmWriter(room);
        try
        {
            value.Write(ref writer);
            return Of(writer.Position - sizeOfSize);
        }
        catch (ArgumentException)
        {
            return Some; // one that was never filled in has no form on the wire
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }
}

using System.Security.Cryptography;

namespace TpmHw;

/// <summary>
/// Secret bytes. The collector does not move them, so that there is no second copy, and they are zeroed when this is
/// disposed, or at the latest when nobody refers to it any more.
/// </summary>
/// <remarks>
/// Keep it in a <c>using</c> while you use <see cref="Span"/>: a span alone does not keep the bytes from being zeroed.
/// Random bytes that nobody else shall see: <c>using var secret = new SecretBuffer(32); tpm.GetRandom(secret.Span);</c>.
/// </remarks>
public sealed class SecretBuffer : IDisposable
{
    private readonly byte[] _bytes;
    private bool _disposed;

    /// <summary>Makes room for a secret that is filled in afterwards. It is all zeros.</summary>
    /// <param name="length">How many bytes.</param>
    public SecretBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _bytes = GC.AllocateArray<byte>(length, pinned: true);
    }

    /// <summary>Copies a secret.</summary>
    /// <param name="secret">The bytes, which are the caller's to clear.</param>
    public SecretBuffer(ReadOnlySpan<byte> secret)
        : this(secret.Length) => secret.CopyTo(_bytes);

    /// <summary>Zeroes what was never disposed.</summary>
    ~SecretBuffer() => CryptographicOperations.ZeroMemory(_bytes);

    /// <summary>How many bytes there are.</summary>
    /// <exception cref="ObjectDisposedException">The secret was cleared.</exception>
    public int Length => Bytes.Length;

    /// <summary>The bytes themselves.</summary>
    /// <exception cref="ObjectDisposedException">The secret was cleared.</exception>
    public Span<byte> Span => Bytes;

    private byte[] Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Copies the bytes.</summary>
    /// <param name="destination">Where to; it may be longer.</param>
    /// <exception cref="ArgumentException">There is too little room.</exception>
    /// <exception cref="ObjectDisposedException">The secret was cleared.</exception>
    public void CopyTo(Span<byte> destination)
    {
        Bytes.CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>The size alone.</summary>
    public override string ToString() => Spec.SecretText.Of(_bytes.Length);

    /// <summary>Zeroes the bytes.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
        GC.SuppressFinalize(this);
    }
}

using System.Security.Cryptography;

namespace TpmHw.Crypto;

/// <summary>Bytes that the collector doesn't move, so that they can be cleared for good.</summary>
internal sealed class TpmSecret : IDisposable
{
    private readonly byte[] _bytes;
    private int _size;

    /// <summary>Makes room for up to <paramref name="capacity"/> bytes and holds none.</summary>
    public TpmSecret(int capacity) => _bytes = GC.AllocateArray<byte>(capacity, pinned: true);

    ~TpmSecret() => Clear();

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _size);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _size == 0;

    /// <summary>Holds a copy of other bytes.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = Resize(bytes.Length);
        bytes.CopyTo(room);
    }

    /// <summary>Clears what is held and makes room for other bytes, to be filled in.</summary>
    public Span<byte> Resize(int size)
    {
        Clear();
        _size = size;
        return _bytes.AsSpan(0, size);
    }

    public void Dispose()
    {
        Clear();
        GC.SuppressFinalize(this);
    }

    private void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _size));
        _size = 0;
    }
}

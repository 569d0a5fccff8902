using TpmHw.Crypto;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>
/// What a command's handle stands for: a handle with the Name that sessions know it by, and the value that authorises
/// it. A bare handle converts to one, with an empty value.
/// </summary>
public class TpmEntity : IDisposable
{
    // PolicyPassword and HMAC keys take at most a digest.
    private const int MaxAuth = TpmHash.MaxSize;

    private TpmSecret? _auth;
    private byte[]? _name;

    /// <summary>An entity that authorises with a value, such as a hierarchy with its password.</summary>
    /// <param name="handle">Its handle.</param>
    /// <param name="authValue">The value; zeros at its end don't count (Part 1, 19.6.4.3).</param>
    public TpmEntity(TpmHandle handle, ReadOnlySpan<byte> authValue = default)
    {
        Handle = handle;
        _name = TpmName.IsHandle(handle) ? TpmName.Of(handle) : null;
        SetAuthValue(authValue);
    }

    /// <summary>Its handle.</summary>
    public TpmHandle Handle { get; }

    /// <summary>Its Name (Part 1, 16); empty where it has none, or it is not known yet.</summary>
    public Tpm2bName Name => new(_name);

    /// <summary>Whether it has an authorisation value that is not empty.</summary>
    public bool HasAuthValue => _auth is { IsEmpty: false };

    internal ReadOnlySpan<byte> AuthValue => _auth is null ? default : _auth.Span;

    internal bool IsNameKnown => _name is not null;

    /// <summary>A handle that authorises with the empty value.</summary>
    public static implicit operator TpmEntity(TpmHandle handle) => new(handle);

    /// <summary>A permanent handle that authorises with the empty value.</summary>
    public static implicit operator TpmEntity(TpmRh handle) => new(handle);

    /// <summary>The handle alone.</summary>
    public static implicit operator TpmHandle(TpmEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return entity.Handle;
    }

    /// <summary>Sets the value that it is authorised with from now on. The TPM is not told.</summary>
    /// <exception cref="ArgumentException">There are more bytes than any entity can have.</exception>
    public void SetAuthValue(ReadOnlySpan<byte> authValue)
    {
        ReadOnlySpan<byte> significant = authValue.TrimEnd((byte)0);
        if (significant.Length > MaxAuth)
        {
            throw new ArgumentException($"An authorisation value of {significant.Length} bytes; at most {MaxAuth} are possible.", nameof(authValue));
        }

        if (!significant.IsEmpty || _auth is not null)
        {
            (_auth ??= new(MaxAuth)).Set(significant);
        }
    }

    /// <summary>Gives back what it holds: the authorisation value is cleared, a transient object or a session leaves the TPM.</summary>
    public void Dispose()
    {
        Leave();
        _auth?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The handle and the Name.</summary>
    public override string ToString() => $"{Handle} {Name}".TrimEnd();

    /// <summary>Takes it out of the TPM, where it is there because of this object alone.</summary>
    private protected virtual void Leave()
    {
    }

    /// <summary>Throws where it can't be used any more.</summary>
    internal virtual void ThrowIfGone()
    {
    }

    /// <summary>What changes with a command that the TPM has carried out and that named it.</summary>
    internal virtual void Heed(TpmCc command)
    {
    }

    internal void WriteName(ref TpmWriter writer) => writer.WriteBytes(_name);

    internal bool IsNamed(ReadOnlySpan<byte> name) => name.SequenceEqual(_name);

    internal void SetName(byte[] name) => _name = name;

    internal void ForgetName() => _name = null;
}

using TpmHw.Crypto;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>
/// What a command's handle stands for: a handle with the Name that sessions know it by, and the value that authorizes
/// it. A bare handle converts to one, with an empty value.
/// </summary>
public class TpmEntity : IDisposable
{
    // PolicyPassword and HMAC keys take at most a digest.
    private const int MaxAuth = TpmHash.MaxSize;

    private TpmSecret? _auth;
    private byte[]? _name;
    private bool _isDisposed;

    /// <summary>An entity that authorizes with a value, such as a hierarchy with its password.</summary>
    /// <param name="handle">Its handle.</param>
    /// <param name="authValue">The value; zeros at its end do not count (Part 1, 19.6.4.3).</param>
    public TpmEntity(TpmHandle handle, ReadOnlySpan<byte> authValue = default)
    {
        Handle = handle;
        _name = TpmName.IsHandle(handle) ? TpmName.Of(handle) : null;
        SetAuthValue(authValue);
    }

    /// <summary>Its handle.</summary>
    public TpmHandle Handle { get; }

    /// <summary>Its Name (Part 1, 16); empty if it has none, or if it is not known yet.</summary>
    public Tpm2bName Name => new(_name);

    /// <summary>Whether it has an authorization value that is not empty.</summary>
    public bool HasAuthValue => _auth is { IsEmpty: false };

    internal ReadOnlySpan<byte> AuthValue => _auth is null ? default : _auth.Span;

    internal bool IsNameKnown => _name is not null;

    /// <summary>Whether its Name was only heard on a protected bus, where nobody vouches for it yet.</summary>
    internal bool IsNameUnproved { get; set; }

    /// <summary>Whether its Name may be another one: others change the attributes of an NV index, or what is at a persistent handle.</summary>
    internal bool CanBeRenamed => Handle.Type is TpmHt.NvIndex or TpmHt.Persistent || !IsNameKnown || IsNameUnproved;

    /// <summary>Whether its authorization value can be used a number of times only, as that of a PIN index; true if that is not known.</summary>
    internal virtual bool UsesUpTries => Handle.Type == TpmHt.NvIndex;

    /// <summary>Whether failed authorizations count towards the lockout of the TPM (Part 1, 19.8); true if that is not known.</summary>
    internal virtual bool CountsFailures => Handle == TpmRh.Lockout || Handle.Type is TpmHt.NvIndex or TpmHt.Persistent or TpmHt.Transient;

    /// <summary>A handle that authorizes with the empty value.</summary>
    public static implicit operator TpmEntity(TpmHandle handle) => new(handle);

    /// <summary>A permanent handle that authorizes with the empty value.</summary>
    public static implicit operator TpmEntity(TpmRh handle) => new(handle);

    /// <summary>The handle alone.</summary>
    public static implicit operator TpmHandle(TpmEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return entity.Handle;
    }

    /// <summary>Sets the value that it is authorized with from now on. The TPM is not told.</summary>
    /// <exception cref="ArgumentException">There are more bytes than any entity can have.</exception>
    public void SetAuthValue(ReadOnlySpan<byte> authValue)
    {
        ReadOnlySpan<byte> significant = authValue.TrimEnd((byte)0);
        if (significant.Length > MaxAuth)
        {
            throw new ArgumentException($"An authorization value of {significant.Length} bytes; at most {MaxAuth} are possible.", nameof(authValue));
        }

        if (!significant.IsEmpty || _auth is not null)
        {
            (_auth ??= new(MaxAuth)).Set(significant);
        }
    }

    /// <summary>Gives back what it holds: the authorization value is cleared, a transient object or a session leaves the TPM. It can't be used afterwards.</summary>
    public void Dispose()
    {
        Leave();
        _auth?.Dispose();
        _isDisposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>The handle and the Name.</summary>
    public override string ToString() => $"{Handle} {Name}".TrimEnd();

    /// <summary>Takes it out of the TPM, where it is there because of this object alone.</summary>
    private protected virtual void Leave()
    {
    }

    /// <summary>Throws if it can no longer be used.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed: its authorization value is gone, and the empty one would be tried instead.</exception>
    internal virtual void ThrowIfGone() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    /// <summary>Applies what a command that the TPM has carried out changes about an entity that it named.</summary>
    internal virtual void ApplyEffect(TpmCc command)
    {
    }

    internal void WriteName(ref TpmWriter writer) => writer.WriteBytes(_name);

    internal bool IsNamed(ReadOnlySpan<byte> name) => name.SequenceEqual(_name);

    internal void SetName(byte[] name) => _name = name;
}

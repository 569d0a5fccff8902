using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>A loaded object: a key, or sealed data. A transient one leaves the TPM when it is disposed.</summary>
public sealed class TpmObject : TpmEntity
{
    private readonly CommandEngine _owner;
    private readonly int _epoch;
    private readonly LeakWatch _watch = LeakWatch.None;
    private bool _disposed;

    internal TpmObject(CommandEngine owner, TpmHandle handle, in TpmtPublic publicArea, Tpm2bName name, ReadOnlySpan<byte> authValue)
        : base(handle, authValue)
    {
        (_owner, _epoch, PublicArea) = (owner, owner.Epoch, publicArea);
        SetName(TpmName.Of(publicArea));
        if (handle.Type == TpmHt.Transient)
        {
            _watch = owner.Watch(this);
        }

        if (Name != name)
        {
            Dispose();
            throw new TpmSessionException(TpmSessionFault.WrongName, $"The TPM says that the object {handle} has the Name {name}; by its public area it is {Name}.");
        }
    }

    /// <summary>Its public area.</summary>
    public TpmtPublic PublicArea { get; }

    internal override void ThrowIfGone()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Handle.Type == TpmHt.Transient)
        {
            _owner.ThrowIfBefore(_epoch, "The object");
        }
    }

    private protected override void Leave()
    {
        if (!_disposed)
        {
            _disposed = true;
            _watch.Dispose();
            if (Handle.Type == TpmHt.Transient)
            {
                _owner.Flush(Handle, _epoch);
            }
        }
    }
}

using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>A loaded object: a key, or sealed data. A transient one leaves the TPM when it is disposed.</summary>
public sealed class TpmObject : TpmEntity
{
    private readonly IHandleOwner _owner;
    private readonly int _epoch;
    private readonly LeakWatch _watch = LeakWatch.None;
    private bool _disposed;

    internal TpmObject(IHandleOwner owner, TpmHandle handle, in TpmtPublic publicArea, Tpm2bName name, ReadOnlySpan<byte> authValue, bool isAuthentic = false)
        : base(handle, authValue)
    {
        (_owner, _epoch, PublicArea, IsAuthentic) = (owner, owner.Epoch, publicArea, isAuthentic);
        SetName(TpmName.Of(publicArea));
        if (handle.Type == TpmHt.Transient)
        {
            _watch = owner.Register(handle);
        }

        if (Name != name)
        {
            Dispose();
            throw new TpmSessionException(TpmSessionFault.WrongName, $"The TPM says that the object {handle} has the Name {name}; by its public area it is {Name}.");
        }
    }

    /// <summary>Its public area.</summary>
    public TpmtPublic PublicArea { get; }

    /// <summary>Whether the TPM's word for <see cref="PublicArea"/> was authenticated.</summary>
    internal bool IsAuthentic { get; }

    internal override bool CountsFailures => (PublicArea.ObjectAttributes & TpmaObject.NoDa) == 0;

    internal override void ThrowIfGone()
    {
        base.ThrowIfGone();
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
                _owner.Release(Handle);
                _owner.Flush(Handle, _epoch);
            }
        }
    }
}

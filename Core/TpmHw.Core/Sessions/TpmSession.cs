using System.Diagnostics;
using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>A session of the TPM (Part 1, 19). It looks after its own nonces, and leaves the TPM when it is disposed.</summary>
public sealed class TpmSession : TpmEntity
{
    private readonly TpmSecret _key = new(TpmHash.MaxSize);
    private readonly TpmSecret _boundAuth = new(TpmHash.MaxSize);
    private readonly byte[] _boundName;
    private readonly byte[] _nonceTpm = new byte[TpmHash.MaxSize];
    private readonly byte[] _nonceCaller = new byte[TpmHash.MaxSize];
    private readonly IHandleOwner _owner;
    private readonly int _epoch;
    private readonly LeakWatch _watch;
    private int _nonceTpmSize;
    private bool _wasInStep;
    private bool _gone;

    internal TpmSession(
        IHandleOwner owner, TpmHandle handle, TpmSe type, TpmAlgId hashAlg, TpmtSymDef symmetric, TpmEntity? bound, ReadOnlySpan<byte> salt, in SessionNonces nonces, bool isProtecting)
        : base(handle)
    {
        (_owner, _epoch, Type, HashAlg, Symmetric, IsProtecting) = (owner, owner.Epoch, type, hashAlg, symmetric, isProtecting);
        NonceSize = nonces.Caller.Length;
        Attributes = TpmaSession.ContinueSession
            | (symmetric.Algorithm == TpmAlgId.Null ? TpmaSession.None : TpmaSession.Decrypt | TpmaSession.Encrypt);
        _boundName = type == TpmSe.Hmac && bound is not null ? bound.Name.Buffer.ToArray() : [];
        _boundAuth.Set(bound is null ? default : bound.AuthValue);
        MakeKey(bound is null && salt.IsEmpty, salt, nonces);
        nonces.Caller.CopyTo(_nonceCaller);
        SetNonceTpm(nonces.Tpm);
        _watch = owner.Register(handle);
    }

    /// <summary>What it is for.</summary>
    public TpmSe Type { get; }

    /// <summary>The hash of its HMACs and of its policy.</summary>
    public TpmAlgId HashAlg { get; }

    /// <summary>How it encrypts parameters.</summary>
    public TpmtSymDef Symmetric { get; }

    /// <summary>
    /// How the following commands use it. Encryption is left out where a command has nothing that can be encrypted or
    /// another session does it; with nothing else to do the session audits. Without <see cref="TpmaSession.ContinueSession"/> it ends with the next command.
    /// </summary>
    public TpmaSession Attributes { get; set; }

    /// <summary>
    /// The digest over all commands that it has audited (Part 1, 17.1), as TPM2_GetSessionAuditDigest attests it; empty
    /// where it has audited none.
    /// </summary>
    public Tpm2bDigest AuditDigest { get; private set; }

    /// <summary>
    /// Whether its key can't be had by listening: it is salted for a key that the TPM is known to have. A value that a person
    /// has chosen does not count, as a listener can try guesses on it at leisure.
    /// </summary>
    internal bool IsProtecting { get; }

    /// <summary>Whether its last response was verified, so that both sides know the same nonces.</summary>
    internal bool IsInStep { get; private set; }

    /// <summary>When it began, by the machine's timer.</summary>
    internal long Began { get; } = Stopwatch.GetTimestamp();

    internal int NonceSize { get; }

    internal ReadOnlySpan<byte> Key => _key.Span;

    internal ReadOnlySpan<byte> NonceTpm => _nonceTpm.AsSpan(0, _nonceTpmSize);

    internal ReadOnlySpan<byte> NonceCaller => _nonceCaller.AsSpan(0, NonceSize);

    /// <summary>What a policy asks for beyond itself: TPM2_PolicyAuthValue or TPM2_PolicyPassword.</summary>
    internal TpmCc? PolicyNeeds { get; private set; }

    /// <summary>Whether it was started there.</summary>
    internal bool IsOf(IHandleOwner owner) => owner == _owner;

    internal override void ThrowIfGone()
    {
        base.ThrowIfGone();
        ObjectDisposedException.ThrowIf(_gone, this);
        _owner.ThrowIfBefore(_epoch, "The session");
    }

    internal override void ApplyEffect(TpmCc command)
    {
        switch (command)
        {
            case TpmCc.PolicyAuthValue or TpmCc.PolicyPassword:
                PolicyNeeds = command;
                break;
            case TpmCc.PolicyRestart:
                PolicyNeeds = null;
                break;
        }
    }

    /// <summary>Whether the value of what it authorises goes into its HMAC's key (Part 1, 19.6.5 and 19.6.8).</summary>
    internal bool TakesAuthValueOf(TpmEntity entity) => Type == TpmSe.Hmac
        ? !(entity.IsNamed(_boundName) && _boundAuth.Span.SequenceEqual(entity.AuthValue))
        : PolicyNeeds == TpmCc.PolicyAuthValue;

    internal void RollNonceCaller() => RandomNumberGenerator.Fill(_nonceCaller.AsSpan(0, NonceSize));

    /// <summary>Takes over what a response says, whose HMAC was right.</summary>
    internal void Follow(TpmaSession attributes, bool authorized)
    {
        IsInStep = true;
        if (authorized)
        {
            PolicyNeeds = null;
        }

        if ((attributes & TpmaSession.ContinueSession) == 0)
        {
            End();
        }
    }

    /// <summary>Another session vouches for its nonces.</summary>
    internal void BeginInStep() => IsInStep = true;

    /// <summary>The response to its last command was not verified.</summary>
    internal void LoseStep() => (_wasInStep, IsInStep) = (IsInStep, false);

    /// <summary>Its last command is proved not to have been executed.</summary>
    internal void RegainStep() => IsInStep |= _wasInStep;

    internal void Audit(ReadOnlySpan<byte> cpHash, ReadOnlySpan<byte> rpHash, bool anew)
    {
        byte[] extended = new byte[3 * cpHash.Length];
        if (!anew)
        {
            AuditDigest.Span.CopyTo(extended);
        }

        cpHash.CopyTo(extended.AsSpan(cpHash.Length));
        rpHash.CopyTo(extended.AsSpan(2 * cpHash.Length));
        byte[] digest = new byte[cpHash.Length];
        TpmHash.Hash(HashAlg, extended, digest);
        AuditDigest = digest;
    }

    /// <summary>The TPM has it no more.</summary>
    internal void End()
    {
        _gone = true;
        _owner.Release(Handle);
        _key.Dispose();
        _boundAuth.Dispose();
        _watch.Dispose();
    }

    private protected override void Leave()
    {
        if (!_gone)
        {
            _owner.Flush(Handle, _epoch);
            End();
        }
    }

    internal void SetNonceTpm(ReadOnlySpan<byte> nonce)
    {
        nonce.CopyTo(_nonceTpm);
        _nonceTpmSize = nonce.Length;
    }

    /// <summary>sessionKey (Part 1, 19.6.8).</summary>
    private void MakeKey(bool empty, ReadOnlySpan<byte> salt, in SessionNonces nonces)
    {
        if (empty)
        {
            return;
        }

        Span<byte> seed = stackalloc byte[_boundAuth.Span.Length + salt.Length];
        _boundAuth.Span.CopyTo(seed);
        salt.CopyTo(seed[_boundAuth.Span.Length..]);
        int size = TpmHash.SizeOf(HashAlg);
        TpmKdf.A(HashAlg, seed, "ATH"u8, nonces.Tpm, nonces.Caller, 8 * size, _key.Resize(size));
        CryptographicOperations.ZeroMemory(seed);
    }
}

/// <summary>The nonces that a session starts with.</summary>
internal readonly ref struct SessionNonces(ReadOnlySpan<byte> caller, ReadOnlySpan<byte> tpm)
{
    public ReadOnlySpan<byte> Caller { get; } = caller;

    public ReadOnlySpan<byte> Tpm { get; } = tpm;
}

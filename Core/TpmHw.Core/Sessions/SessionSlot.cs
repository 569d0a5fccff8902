using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw.Sessions;

/// <summary>What one session does for one command.</summary>
internal sealed class SessionSlot
{
    private readonly byte[] _cpHash = new byte[TpmHash.MaxSize];
    private readonly byte[] _rpHash = new byte[TpmHash.MaxSize];
    private readonly byte[] _nonceTpm = new byte[TpmHash.MaxSize];
    private int _nonceTpmSize;

    /// <summary>The session; null for a password.</summary>
    public TpmSession? Session { get; private set; }

    /// <summary>What it authorises; null where it encrypts or audits only.</summary>
    public TpmEntity? Entity { get; private set; }

    /// <summary>The authorization value of what it authorizes; empty if it authorizes nothing.</summary>
    public ReadOnlySpan<byte> AuthValue => Entity is null ? default : Entity.AuthValue;

    public TpmaSession Attributes { get; private set; }

    public bool IsPassword => Session is null || Entity is not null && Session.PolicyNeeds == TpmCc.PolicyPassword;

    /// <summary>Whether the authorisation value is part of the HMACs' keys. What the command changes doesn't change that, but the value.</summary>
    public bool IncludesAuth { get; private set; }

    /// <summary>Whether it carries an HMAC; a policy without any key carries none (Part 1, 19.6.5).</summary>
    public bool HasHmac { get; set; }

    public int HmacAt { get; set; }

    public TpmaSession Answered { get; set; }

    public Span<byte> CpHash => _cpHash.AsSpan(0, TpmHash.SizeOf(Session!.HashAlg));

    public Span<byte> RpHash => _rpHash.AsSpan(0, TpmHash.SizeOf(Session!.HashAlg));

    public ReadOnlySpan<byte> NonceTpm
    {
        get => _nonceTpm.AsSpan(0, _nonceTpmSize);
        set
        {
            value.CopyTo(_nonceTpm);
            _nonceTpmSize = value.Length;
        }
    }

    public void Set(TpmSession? session, TpmEntity? entity, TpmaSession attributes)
    {
        (Session, Entity, Attributes, HasHmac) = (session, entity, attributes, false);
        IncludesAuth = entity is not null && session?.TakesAuthValueOf(entity) == true;
    }
}

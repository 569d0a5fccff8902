using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Sessions;

/// <summary>HMAC sessions against libtpms, which checks every HMAC of ours as we check every one of its.</summary>
public sealed class HmacSessionTests : IDisposable
{
    private static readonly byte[] s_secret = [.. Enumerable.Range(1, 45).Select(i => (byte)i)];
    private static readonly byte[] s_auth = "what only the owner knows"u8.ToArray();

    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"), new() { ProtectBus = false });

    public static TheoryData<string, string, TpmAlgId> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, string, TpmAlgId>();
            foreach (string kind in (string[])["plain", "bound", "bound to another", "salted", "salted with RSA", "salted with P-384", "salted and bound"])
            {
                foreach (string cipher in (string[])["none", "AES-128", "AES-256", "XOR"])
                {
                    kinds.Add(kind, cipher, TpmAlgId.Sha256);
                }
            }

            kinds.Add("salted and bound", "AES-128", TpmAlgId.Sha1);
            kinds.Add("salted and bound", "AES-128", TpmAlgId.Sha384);
            kinds.Add("salted and bound", "XOR", TpmAlgId.Sha384);
            kinds.Add("salted with RSA", "XOR", TpmAlgId.Sha512);
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Data_is_sealed_and_unsealed_through_a_session_of_any_kind(string kind, string cipher, TpmAlgId hash)
    {
        using TpmObject parent = _tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage(), new(s_auth, default));
        using TpmObject? salt = kind.Contains("RSA", StringComparison.Ordinal) ? _tpm.CreatePrimary(TpmRh.Null, Keys.RsaStorage(TpmAlgId.Sha1))
            : kind.Contains("P-384", StringComparison.Ordinal) ? _tpm.CreatePrimary(TpmRh.Null, Keys.EccStorage(TpmEccCurve.NistP384, TpmAlgId.Sha384))
            : kind.Contains("salted", StringComparison.Ordinal) ? _tpm.CreatePrimary(TpmRh.Null, Keys.EccStorage())
            : null;
        using var owner = new TpmEntity(TpmRh.Owner);
        TpmEntity? bind = kind.Contains("another", StringComparison.Ordinal) ? owner : kind.Contains("bound", StringComparison.Ordinal) ? parent : null;
        using TpmSession session = _tpm.StartSession(TpmSe.Hmac, salt, bind, Cipher(cipher), hash);

        Create.Response made = _tpm.Commands.Create(parent, new(new(s_auth, s_secret)), new(Keys.SealedData()), default, default, session);
        using TpmObject item = _tpm.Load(parent, made.OutPrivate, made.OutPublic.PublicArea, s_auth, session);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(s_secret, _tpm.Commands.Unseal(item, session).OutData.Buffer);
        }

        Assert.Equal(32, _tpm.Commands.GetRandom(32, session).RandomBytes.Size);
    }

    [Fact]
    public void A_wrong_authorisation_value_is_refused_by_the_TPM_and_the_session_goes_on()
    {
        using var owner = new TpmEntity(TpmRh.Owner, s_auth);
        using TpmSession session = _tpm.StartSession();
        var error = Assert.Throws<TpmCommandException>(() => _tpm.CreatePrimary(owner, Keys.EccStorage(), default, session));
        Assert.Equal("TPM_RC_BAD_AUTH", error.Code.Base.Name);
        Assert.Equal(8, _tpm.Commands.GetRandom(8, session).RandomBytes.Size);
    }

    [Fact]
    public void Three_sessions_serve_one_command()
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Null, Keys.EccStorage());
        using TpmObject parent = _tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage(), new(s_auth, default));
        using TpmSession authorizing = _tpm.StartSession();
        using TpmSession decrypting = _tpm.StartSession(salt: key, symmetric: Cipher("AES-128"));
        using TpmSession encrypting = _tpm.StartSession(salt: key, symmetric: Cipher("XOR"), hash: TpmAlgId.Sha384);
        decrypting.Attributes &= ~TpmaSession.Encrypt;
        for (int i = 0; i < 3; i++)
        {
            Create.Response made = _tpm.Commands.Create(parent, new(new(s_auth, s_secret)), new(Keys.SealedData()), default, default, [authorizing, decrypting, encrypting]);
            using TpmObject item = _tpm.Load(parent, made.OutPrivate, made.OutPublic.PublicArea, s_auth, [authorizing, decrypting]);
            Assert.Equal(s_secret, _tpm.Commands.Unseal(item, [authorizing, encrypting]).OutData.Buffer);
        }

        Assert.Throws<ArgumentException>(() => TpmSessions.Of(authorizing, authorizing));
    }

    [Fact]
    public void A_session_without_continueSession_ends_with_its_command()
    {
        TpmSession session = _tpm.StartSession();
        session.Attributes = TpmaSession.None;
        _tpm.Commands.GetRandom(8, session);
        Assert.Throws<ObjectDisposedException>(() => _tpm.Commands.GetRandom(8, session));
        var error = Assert.Throws<TpmCommandException>(() => _tpm.Commands.FlushContext(session));
        Assert.Equal("TPM_RC_HANDLE", error.Code.Base.Name);
        session.Dispose();
    }

    [Fact]
    public void A_session_that_is_disposed_leaves_the_TPM()
    {
        for (int i = 0; i < 70; i++)
        {
            using TpmSession session = _tpm.StartSession();
            using TpmObject key = _tpm.CreatePrimary(TpmRh.Null, Keys.EccStorage());
        }
    }

    [Fact]
    public void The_audit_digest_is_the_one_that_the_TPM_attests()
    {
        using TpmSession session = _tpm.StartSession();
        session.Attributes |= TpmaSession.Audit;
        for (int i = 0; i < 3; i++)
        {
            _tpm.Commands.GetRandom(8, session);
            _tpm.Commands.ReadClock(session);
            Assert.Equal(Attested(session), session.AuditDigest);
        }

        session.Attributes |= TpmaSession.AuditReset;
        _tpm.Commands.GetRandom(8, session);
        Assert.Equal(Attested(session), session.AuditDigest);
    }

    [Fact]
    public void A_changed_password_counts_for_the_response_already()
    {
        using var owner = new TpmEntity(TpmRh.Owner);
        using TpmSession bound = _tpm.StartSession(bind: owner);
        using TpmSession other = _tpm.StartSession();
        _tpm.Commands.HierarchyChangeAuth(owner, s_auth, bound);
        _tpm.Commands.HierarchyChangeAuth(owner, "another"u8.ToArray(), bound);
        _tpm.Commands.HierarchyChangeAuth(owner, "a third"u8.ToArray(), other);
        _tpm.Commands.HierarchyChangeAuth(owner, "a fourth"u8.ToArray());
        using (_tpm.CreatePrimary(owner, Keys.EccStorage(), default, other))
        {
        }

        using var lockout = new TpmEntity(TpmRh.Lockout);
        _tpm.Commands.HierarchyChangeAuth(lockout, s_auth, other);
        _tpm.Commands.Clear(lockout, other);
        _tpm.Commands.HierarchyChangeAuth(lockout, default, other);
    }

    [Fact]
    public void The_Name_of_an_index_goes_along_with_what_is_done_to_it()
    {
        using TpmSession session = _tpm.StartSession();
        TpmHandle handle = new(0x01800002);
        TpmaNv attributes = TpmaNv.Of(TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.WriteStClear | TpmaNvFlags.ReadStClear);
        _tpm.Commands.NvDefineSpace(TpmRh.Owner, s_auth, new(new(handle, TpmAlgId.Sha384, attributes, default, 8)), session);
        using TpmNvIndex index = _tpm.OpenNvIndex(handle, s_auth);
        using TpmSession bound = _tpm.StartSession(bind: index);
        byte[] data = [1, 2, 3, 4, 5, 6, 7, 8];
        _tpm.Commands.NvWrite(index, index, data, 0, bound);
        _tpm.Commands.NvWrite(index, index, data, 0, bound);
        Assert.Equal(data, _tpm.Commands.NvRead(index, index, 8, 0, session).Data.Buffer);
        Assert.Equal(data, _tpm.Commands.NvRead(index, handle, 8, 0, bound).Data.Buffer);
        _tpm.Commands.NvWriteLock(index, index, session);
        _tpm.Commands.NvReadLock(index, index, session);
        var error = Assert.Throws<TpmCommandException>(() => _tpm.Commands.NvRead(index, index, 8, 0, session));
        Assert.Equal("TPM_RC_NV_LOCKED", error.Code.Base.Name);
        Assert.Equal(_tpm.OpenNvIndex(handle).Name, index.Name);
        _tpm.Commands.NvUndefineSpace(TpmRh.Owner, index, session);
    }

    [Fact]
    public void A_leak_is_reported_with_where_it_came_from()
    {
        var leaks = new List<TpmLeak>();
        using var tpm = new Tpm2(TransportCatalog.Default.Open("libtpms"), new() { OnLeak = leak => { lock (leaks) { leaks.Add(leak); } } });
        Leak(tpm);
        using (tpm.StartSession())
        {
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        TpmLeak leak = Assert.Single(leaks);
        Assert.Equal(new TpmHandle(0x80000000), leak.Handle);
        Assert.Contains(nameof(Leak), leak.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _tpm.Dispose();

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Leak(Tpm2 tpm) => tpm.CreatePrimary(TpmRh.Null, Keys.EccStorage());

    private Tpm2bDigest Attested(TpmSession session)
    {
        var reader = new TpmReader(_tpm.Commands.GetSessionAuditDigest(TpmRh.Endorsement, TpmRh.Null, session, default, new(TpmAlgId.Null)).AuditInfo.Span);
        return ((TpmuAttest.SessionAudit)TpmsAttest.Read(ref reader).Attested).SessionDigest;
    }

    private static TpmtSymDef Cipher(string name) => name switch
    {
        "AES-128" => new(TpmAlgId.Aes, 128, TpmAlgId.Cfb),
        "AES-256" => new(TpmAlgId.Aes, 256, TpmAlgId.Cfb),
        "XOR" => TpmtSymDef.Xor(TpmAlgId.Sha256),
        _ => new(TpmAlgId.Null),
    };
}

using TpmHw.ResourceManagement;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Sessions;

/// <summary>
/// The shapes of <see cref="SessionPlanTests"/> on libtpms: it checks every HMAC of ours and decrypts what we encrypt, and we do the
/// same with what it answers.
/// </summary>
public sealed class SessionShapeTests : IDisposable
{
    private const string AuthValuePolicy = "8fcd2169ab92694e0c633f1ab772842b8241bbc20288981fc7ac1eddc1fddb0e";

    private static readonly byte[] s_secret = "sealed for a shape of sessions"u8.ToArray();
    private static readonly byte[] s_auth = "a password"u8.ToArray();

    // libtpms has room for three objects and three sessions; with guards and salt keys it takes more.
    private readonly TpmResourceManager _manager = new(TransportCatalog.Default.Open("libtpms"));
    private readonly AlteringWire _wire;
    private readonly List<TpmSession> _sessions = [];
    private Tpm2? _tpm;
    private TpmObject? _salt;

    public SessionShapeTests() => _wire = new(_manager.Connect("shapes"));

    /// <summary>The sessions of a command, each named by what it does, without protection and with it.</summary>
    public static TheoryData<string, bool> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, bool>();
            foreach (string shape in (string[])
                [
                    "", "idle", "idle, encrypts", "idle, decrypts", "idle, both", "both", "decrypts", "encrypts", "idle, decrypts, encrypts", "idle, encrypts, decrypts",
                    "both, both", "idle, audits", "idle, both, audits", "unsalted", "unsalted, both", "unsalted, audits", "idle, xor", "xor", "xor, both", "idle, idle", "idle, idle, idle",
                    "bound, both", "bound both",
                ])
            {
                shapes.Add(shape, false);
                shapes.Add(shape, true);
            }

            return shapes;
        }
    }

    private Tpm2 Tpm => _tpm!;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_object_is_made_loaded_and_unsealed_through_a_shape(string shape, bool isProtected)
    {
        using TpmObject parent = Open(isProtected);
        TpmSessions sessions = Start(shape, parent);
        for (int i = 0; i < 2; i++)
        {
            var made = Tpm.Commands.Create(parent, new(new(s_auth, s_secret)), new(Keys.SealedData()), default, default, sessions);
            using TpmObject item = Tpm.Load(parent, made.OutPrivate, made.OutPublic.PublicArea, s_auth, sessions);
            Assert.Equal(s_secret, Tpm.Commands.Unseal(item, sessions).OutData.Buffer);
            item.SetAuthValue("wrong"u8);
            Assert.Throws<TpmCommandException>(() => Tpm.Commands.Unseal(item, sessions));
            sessions = Start(shape, parent); // on a bus that is not protected, the engine does not ask whether they are in step after an error
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_counter_counts_and_its_value_changes_through_a_shape(string shape, bool isProtected)
    {
        using TpmObject parent = Open(isProtected);
        TpmSessions sessions = Start(shape, parent);
        var handle = new TpmHandle(0x01800003);
        Tpm.Commands.NvDefineSpace(
            TpmRh.Owner, s_auth, new(new(handle, TpmAlgId.Sha256, TpmaNv.Of(TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.ReadStClear | TpmaNvFlags.NoDa, TpmNt.Counter), default, 8)),
            sessions);
        using TpmNvIndex index = Tpm.OpenNvIndex(handle, s_auth);
        Tpm.Commands.NvIncrement(index, index, sessions);
        Span<byte> first = Tpm.Commands.NvRead(index, index, 8, 0, sessions).Data.Buffer.ToArray();
        Tpm.Commands.NvIncrement(index, index, sessions);
        Span<byte> second = Tpm.Commands.NvRead(index, index, 8, 0, sessions).Data.Buffer.ToArray();
        Assert.Equal(BitConverter.ToUInt64([.. first.ToArray().Reverse()]) + 1, BitConverter.ToUInt64([.. second.ToArray().Reverse()]));
        Tpm.Commands.NvReadLock(index, index, sessions);
        Tpm.Commands.ReadClock(sessions);
        Assert.Equal(16, Tpm.Commands.GetRandom(16, sessions).RandomBytes.Size);
        Tpm.Commands.NvUndefineSpace(TpmRh.Owner, index, sessions);
    }

    /// <summary>The response to such a command is authenticated with the value that the command has set (Part 1, 19.6.5).</summary>
    [Theory]
    [InlineData("idle", false)]
    [InlineData("idle", true)]
    [InlineData("both", false)]
    [InlineData("both", true)]
    [InlineData("unsalted", false)]
    [InlineData("idle, both", true)]
    [InlineData("", true)]
    public void A_hierarchy_changes_its_value_through_a_shape(string shape, bool isProtected)
    {
        using TpmObject parent = Open(isProtected);
        TpmSessions sessions = Start(shape, parent);
        using var owner = new TpmEntity(TpmRh.Owner);
        foreach (string value in (string[])["one value", "another", ""])
        {
            Tpm.Commands.HierarchyChangeAuth(owner, System.Text.Encoding.ASCII.GetBytes(value), sessions);
            using TpmObject made = Tpm.CreatePrimary(owner, Keys.EccStorage(), default, sessions);
        }

        using var lockout = new TpmEntity(TpmRh.Lockout);
        Tpm.Commands.HierarchyChangeAuth(lockout, s_auth, sessions);
        Tpm.Commands.Clear(lockout, sessions);
        Assert.False(lockout.HasAuthValue);
    }

    /// <summary>Two sessions that authorize; the HMAC of the first alone takes the nonces of those that encrypt (Part 1, 19.6.5).</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_key_is_certified_through_a_shape(string shape, bool isProtected)
    {
        using TpmObject parent = Open(isProtected);
        using TpmObject key = Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc, new(s_auth, default));
        using TpmObject signer = Tpm.CreatePrimary(TpmRh.Null, TpmTemplates.SigningEcc, new("another"u8.ToArray(), default));
        TpmSessions sessions = Start(shape, key);
        for (int i = 0; i < 2; i++)
        {
            var made = Tpm.Commands.Certify(key, signer, s_secret, new(TpmAlgId.Null), sessions);
            var reader = new TpmReader(made.CertifyInfo.Span);
            var attest = TpmsAttest.Read(ref reader);
            Assert.Equal(s_secret, attest.ExtraData.Buffer);
            Assert.Equal(key.Name, ((TpmuAttest.Certify)attest.Attested).Name);
        }
    }

    /// <summary>A policy session: without a key it has no HMAC at all; PolicyAuthValue gives it the object's value as a key.</summary>
    [Theory]
    [InlineData("policy", false)]
    [InlineData("policy", true)]
    [InlineData("policy both", false)]
    [InlineData("policy both", true)]
    [InlineData("policy, both", false)]
    [InlineData("policy, both", true)]
    [InlineData("keyless policy", false)]
    [InlineData("keyless policy, both", false)]
    [InlineData("keyless policy, encrypts", false)]
    public void An_object_is_unsealed_by_a_policy_through_a_shape(string shape, bool isProtected)
    {
        using TpmObject parent = Open(isProtected);
        var made = Tpm.Commands.Create(parent, new(new(s_auth, s_secret)), new(Keys.SealedData(Convert.FromHexString(AuthValuePolicy))), default, default);
        using TpmObject item = Tpm.Load(parent, made.OutPrivate, made.OutPublic.PublicArea, s_auth);
        TpmSessions sessions = Start(shape, parent);
        for (int i = 0; i < 2; i++)
        {
            Tpm.Commands.PolicyAuthValue(sessions[0]);
            Assert.Equal(s_secret, Tpm.Commands.Unseal(item, sessions).OutData.Buffer);
        }
    }

    /// <summary>Every byte of the response's authorization area counts: nonces, attributes, HMACs and their sizes.</summary>
    [Theory]
    [InlineData("idle")]
    [InlineData("both")]
    [InlineData("audits")]
    [InlineData("idle, both")]
    [InlineData("audits, encrypts")]
    [InlineData("unsalted, encrypts, audits")]
    public void A_response_that_was_altered_is_refused_and_nothing_of_it_is_used(string shape)
    {
        using TpmObject parent = Open(isProtected: false);
        int sized = sizeof(ushort) + 16; // the random bytes
        int first = TpmHeader.Size + sizeof(uint) + sized;
        for (int at = first, length = at + 1; at < length; at++)
        {
            TpmSessions sessions = Start(shape, parent);
            byte[][] nonces = NoncesOf(sessions);
            _wire.Alter = response =>
            {
                (length, response[at]) = (response.Length, (byte)(response[at] ^ 1));
                return response;
            };
            var error = Assert.ThrowsAny<TpmException>(() => Tpm.Commands.GetRandom(16, sessions));
            Assert.True(error is TpmFormatException or TpmSessionException { Fault: TpmSessionFault.ResponseNotAuthentic }, $"byte {at}: {error}");
            Assert.Equal(nonces, NoncesOf(sessions));
            Assert.All(_sessions, static session => Assert.Equal(0, session.AuditDigest.Size));
            EndSessions();
        }
    }

    /// <summary>An attacker can add any HMAC to the response of a session that has no key. The TPM sends none (Part 1, 19.6.5), so one that arrives is not the TPM's.</summary>
    [Fact]
    public void A_policy_without_a_key_takes_no_HMAC_from_the_bus()
    {
        using TpmObject parent = Open(isProtected: false);
        byte[] policy;
        using (TpmSession trial = Tpm.StartSession(TpmSe.Trial))
        {
            Tpm.Commands.PolicyCommandCode(trial, TpmCc.Unseal);
            policy = Tpm.Commands.PolicyGetDigest(trial).PolicyDigest.Buffer.ToArray();
        }

        var made = Tpm.Commands.Create(parent, new(new(default, s_secret)), new(Keys.SealedData(policy)), default, default);
        using TpmObject item = Tpm.Load(parent, made.OutPrivate, made.OutPublic.PublicArea);
        foreach (bool alters in (bool[])[false, true])
        {
            TpmSessions sessions = Start("keyless policy", parent);
            Tpm.Commands.PolicyCommandCode(sessions[0], TpmCc.Unseal);
            _wire.Alter = alters ? AddHmac : null;
            if (!alters)
            {
                Assert.Equal(s_secret, Tpm.Commands.Unseal(item, sessions).OutData.Buffer);
                continue;
            }

            byte[][] nonces = NoncesOf(sessions);
            var error = Assert.Throws<TpmSessionException>(() => Tpm.Commands.Unseal(item, sessions));
            Assert.Equal(TpmSessionFault.ResponseNotAuthentic, error.Fault);
            Assert.Equal(nonces, NoncesOf(sessions));
        }
    }

    public void Dispose()
    {
        EndSessions();
        _salt?.Dispose();
        _tpm?.Dispose();
        _manager.Dispose();
    }

    /// <summary>Puts an HMAC of 32 bytes where the last session has an empty one.</summary>
    private static byte[] AddHmac(byte[] response)
    {
        byte[] longer = [.. response[..^2], 0, 32, .. new byte[32]];
        new TpmHeader(TpmHeader.Sessions, (uint)longer.Length, TpmRc.Success).Write(longer);
        return longer;
    }

    private static byte[][] NoncesOf(TpmSessions sessions)
    {
        var nonces = new List<byte[]>();
        foreach (TpmSession session in sessions)
        {
            nonces.Add(session.NonceTpm.ToArray());
        }

        return [.. nonces];
    }

    private TpmObject Open(bool isProtected)
    {
        _tpm = new(_wire, new() { ProtectBus = isProtected });
        _salt = Tpm.CreatePrimary(TpmRh.Null, Keys.EccStorage());
        return Tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage(), new(s_auth, default));
    }

    /// <summary>Starts the sessions of a shape. On a protected bus, those with a salt protect it.</summary>
    private TpmSessions Start(string shape, TpmEntity bind)
    {
        EndSessions();
        _sessions.AddRange(shape.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(words => StartOne(words.Split(' '), bind)));
        return TpmSessions.Of([.. _sessions]);
    }

    private TpmSession StartOne(string[] words, TpmEntity bind)
    {
        TpmSession session = Tpm.StartSession(
            words.Contains("policy") ? TpmSe.Policy : TpmSe.Hmac,
            words.Contains("unsalted") || words.Contains("keyless") ? null : _salt,
            words.Contains("bound") ? bind : null,
            words.Contains("xor") ? TpmtSymDef.Xor(TpmAlgId.Sha256) : words.Contains("keyless") ? null : new(TpmAlgId.Aes, 128, TpmAlgId.Cfb),
            words.Contains("decrypts") ? TpmAlgId.Sha384 : TpmAlgId.Sha256); // nonces of two sizes
        session.Attributes = TpmaSession.ContinueSession;
        foreach (string word in words)
        {
            session.Attributes |= word switch
            {
                "decrypts" => TpmaSession.Decrypt,
                "encrypts" => TpmaSession.Encrypt,
                "both" or "xor" => TpmaSession.Decrypt | TpmaSession.Encrypt,
                "audits" => TpmaSession.Audit,
                _ => TpmaSession.None,
            };
        }

        return session;
    }

    private void EndSessions()
    {
        _wire.Alter = null;
        _sessions.ForEach(static session => session.Dispose());
        _sessions.Clear();
    }

    /// <summary>A wire on which a test alters responses.</summary>
    private sealed class AlteringWire(ITpmTransport inner) : ITpmTransportWrapper
    {
        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public Func<byte[], byte[]>? Alter { get; set; }

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            int length = inner.Transmit(command, response, cancellationToken);
            if (Alter is not { } alter || TpmHeader.Read(response[..length]).Tag != TpmHeader.Sessions)
            {
                return length;
            }

            byte[] altered = alter(response[..length].ToArray());
            altered.CopyTo(response);
            return altered.Length;
        }

        public void Dispose() => inner.Dispose();
    }
}

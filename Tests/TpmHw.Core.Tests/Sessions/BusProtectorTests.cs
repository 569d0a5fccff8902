using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Sessions;

/// <summary>What is done by default for a TPM behind a wire.</summary>
public sealed class BusProtectorTests : IDisposable
{
    private static readonly byte[] s_secret = "a secret that is sealed, of some length"u8.ToArray();
    private static readonly byte[] s_auth = "a password"u8.ToArray();

    private readonly Interposer _wire = new(TransportCatalog.Default.Open("libtpms"));
    private readonly Tpm2 _tpm;

    public BusProtectorTests() => _tpm = new(_wire);

    public static TheoryData<string> Ways => ["with passwords", "with a policy", "with NV", "with an owner", "from outside"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void No_secret_is_seen_on_the_wire(string way)
    {
        byte[] random = Work(way);
        foreach (byte[] secret in (byte[][])[s_secret, s_auth, random])
        {
            Assert.DoesNotContain(_wire.Log, message => message.AsSpan().IndexOf(secret) >= 0);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_secret_is_seen_on_the_wire_where_protection_is_off(string way)
    {
        using var wire = new Interposer(TransportCatalog.Default.Open("libtpms"));
        using var tpm = new Tpm2(wire, new() { ProtectBus = false });
        byte[] random = Work(way, tpm);
        Assert.Equal(BusProtectionLevel.Off, tpm.BusProtection.Level);
        foreach (byte[] secret in (byte[][])[s_secret, s_auth, random])
        {
            Assert.Contains(wire.Log, message => message.AsSpan().IndexOf(secret) >= 0);
        }
    }

    [Fact]
    public void What_no_session_can_encrypt_is_not_sent()
    {
        using TpmObject parent = _tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage());
        _wire.Log.Clear();
        Action[] commands =
        [
            () => _tpm.Commands.Import(parent, default, new(Keys.HmacFromOutside(new byte[32])), s_secret, default, new(TpmAlgId.Null)),
            () => _tpm.Commands.Duplicate(parent, TpmRh.Null, default, new(TpmAlgId.Null)),
            () => _tpm.Commands.EncryptDecrypt(parent, false, TpmAlgId.Cfb, new byte[16], s_secret),
            () => _tpm.Commands.ZGen2Phase(parent, default, default, TpmAlgId.Ecdh, 1),
        ];
        Assert.All(commands, command =>
        {
            var refused = Assert.Throws<TpmSessionException>(command);
            Assert.Equal(TpmSessionFault.InClear, refused.Fault);
            Assert.Contains("in clear", refused.Message, StringComparison.Ordinal);
        });
        Assert.DoesNotContain(_wire.Log, message => message.AsSpan().IndexOf(s_secret) >= 0);
        Assert.Equal(0, _wire.Count(TpmCc.Import) + _wire.Count(TpmCc.Duplicate) + _wire.Count(TpmCc.EncryptDecrypt) + _wire.Count(TpmCc.ZGen2Phase));
    }

    [Fact]
    public void A_recording_of_a_bus_is_protected_as_the_bus_is_and_one_that_can_be_played_back_takes_protection_off_by_name()
    {
        using var stream = new MemoryStream();
        using (var wire = new Tpm2(new RecordingTransport(new Interposer(TransportCatalog.Default.Open("libtpms")), Stream.Null)))
        {
            wire.GetRandom(16);
            Assert.Equal(BusProtectionLevel.Unverified, wire.BusProtection.Level);
        }

        byte[] random;
        using (var wire = new Tpm2(new RecordingTransport(new Interposer(TransportCatalog.Default.Open("libtpms")), stream, leaveOpen: true), new() { ProtectBus = false }))
        {
            random = wire.GetRandom(16);
        }

        stream.Position = 0;
        using var played = new Tpm2(new ReplayTransport(new StreamReader(stream)));
        Assert.Equal(random, played.GetRandom(16));
    }

    [Fact]
    public void One_session_serves_all_commands_and_leaves_the_TPM_at_the_end()
    {
        for (int i = 0; i < 5; i++)
        {
            _tpm.GetRandom(16);
        }

        Assert.Equal(1, _wire.Count(TpmCc.StartAuthSession));
        Assert.Equal(1, _wire.Count(TpmCc.FlushContext)); // the salt key
        _tpm.Dispose();
        Assert.Equal(2, _wire.Count(TpmCc.FlushContext));
    }

    [Fact]
    public void The_salt_key_can_be_pinned()
    {
        _tpm.GetRandom(8);
        Assert.Equal(BusProtectionLevel.Unverified, _tpm.BusProtection.Level);
        Tpm2bName name = Assert.NotNull(_tpm.BusProtection.KeyName);
        var again = new Tpm2(new Interposer(_wire.Inner), new() { SaltKeyName = name });
        again.GetRandom(8);
        Assert.Equal(BusProtectionLevel.Pinned, again.BusProtection.Level);
        using var other = new Tpm2(new Interposer(TransportCatalog.Default.Open("libtpms")), new() { SaltKeyName = name });
        var error = Assert.Throws<TpmSessionException>(() => other.GetRandom(8));
        Assert.Equal(TpmSessionFault.TpmReplaced, error.Fault);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_TPM_that_was_reset_is_told_once_and_then_goes_on(bool startedByAnother)
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage());
        _wire.FindAbility<ITpmReset>()!.Reset();
        if (startedByAnother)
        {
            var other = new Tpm2(new Interposer(_wire.Inner));
            other.Commands.Startup(TpmSu.Clear);
            other.GetRandom(8);
            var error = Assert.Throws<TpmSessionException>(() => _tpm.GetRandom(8));
            Assert.Equal(TpmSessionFault.TpmReset, error.Fault);
        }
        else
        {
            var error = Assert.Throws<TpmSessionException>(() => _tpm.GetRandom(8));
            Assert.Equal(TpmSessionFault.TpmReset, error.Fault);
        }

        Assert.Equal(8, _tpm.GetRandom(8).Length);
        var lost = Assert.Throws<TpmSessionException>(() => _tpm.Commands.ReadPublic(key));
        Assert.Equal(TpmSessionFault.TpmReset, lost.Fault);
    }

    /// <summary>Somebody on the wire says it, or a bit that was turned over.</summary>
    [Fact]
    public void A_lie_that_the_TPM_was_not_started_leaves_no_sessions_behind()
    {
        var liar = new Liar(_wire.Inner);
        using var tpm = new Tpm2(liar);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(8, tpm.GetRandom(8).Length);
            liar.Lies = true;
            Assert.Equal(8, tpm.GetRandom(8).Length); // random numbers are harmless to ask for twice
        }
    }

    /// <summary>Answers TPM_RC_INITIALIZE once, to TPM2_GetRandom.</summary>
    private sealed class Liar(ITpmTransport inner) : ITpmTransport
    {
        public bool Lies { get; set; }

        public TpmTransportInfo Info => inner.Info with { CrossesWire = true };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            int length = inner.Transmit(command, response, cancellationToken);
            if (Lies && TpmHeader.Read(command).Code == (uint)TpmCc.GetRandom)
            {
                new TpmHeader(TpmHeader.NoSessions, TpmHeader.Size, TpmRc.Initialize).Write(response);
                (Lies, length) = (false, TpmHeader.Size);
            }

            return length;
        }

        public void Dispose() => inner.Dispose();
    }

    [Fact]
    public void A_TPM_that_was_swapped_is_told_again_and_again()
    {
        _tpm.GetRandom(8);
        _wire.Inner = TransportCatalog.Default.Open("libtpms");
        for (int i = 0; i < 2; i++)
        {
            var error = Assert.Throws<TpmSessionException>(() => _tpm.GetRandom(8));
            Assert.Equal(TpmSessionFault.TpmReplaced, error.Fault);
        }
    }

    [Fact]
    public void Sessions_that_somebody_flushed_are_made_anew_without_a_word()
    {
        _tpm.GetRandom(8);
        _tpm.Commands.FlushContext(new(0x02000000));
        Assert.Equal(8, _tpm.GetRandom(8).Length);
        Assert.Equal(2, _wire.Count(TpmCc.StartAuthSession));
    }

    [Fact]
    public void A_wrong_password_is_the_error_that_the_TPM_gives_and_the_next_command_works()
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage(), new(s_auth, default));
        key.SetAuthValue("wrong"u8);
        var error = Assert.Throws<TpmCommandException>(() => Seal(_tpm, key));
        Assert.Equal("TPM_RC_BAD_AUTH", error.Code.Base.Name);
        key.SetAuthValue(s_auth);
        Seal(_tpm, key).Dispose();
    }

    public void Dispose() => _tpm.Dispose();

    private byte[] Work(string way) => Work(way, _tpm);

    private static byte[] Work(string way, Tpm2 tpm)
    {
        byte[] random = tpm.GetRandom(32);
        using TpmObject parent = tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage(), new(s_auth, default));
        switch (way)
        {
            case "with passwords":
                using (TpmObject item = Seal(tpm, parent))
                {
                    Assert.Equal(s_secret, tpm.Commands.Unseal(item).OutData.Buffer);
                }

                break;
            case "with a policy":
                using (TpmObject item = Seal(tpm, parent, Convert.FromHexString("8fcd2169ab92694e0c633f1ab772842b8241bbc20288981fc7ac1eddc1fddb0e")))
                using (TpmSession policy = tpm.StartSession(TpmSe.Policy))
                {
                    tpm.Commands.PolicyAuthValue(policy);
                    Assert.Equal(s_secret, tpm.Commands.Unseal(item, policy).OutData.Buffer);
                }

                break;
            case "from outside":
                Bring(tpm, parent);
                break;
            case "with NV":
                TpmHandle handle = new(0x01800001);
                tpm.Commands.NvDefineSpace(TpmRh.Owner, s_auth, new(new(
                    handle, TpmAlgId.Sha256, TpmaNv.Of(TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.NoDa), default, (ushort)s_secret.Length)));
                using (TpmNvIndex index = tpm.OpenNvIndex(handle, s_auth))
                {
                    tpm.Commands.NvWrite(index, index, s_secret, 0);
                    Assert.Equal(s_secret, tpm.Commands.NvRead(index, index, (ushort)s_secret.Length, 0).Data.Buffer);
                }

                break;
            case "with an owner":
                using (var owner = new TpmEntity(TpmRh.Owner))
                {
                    tpm.Commands.HierarchyChangeAuth(owner, s_auth);
                    using TpmObject primary = tpm.CreatePrimary(owner, Keys.SealedData(), new(default, s_secret));
                    Assert.Equal(s_secret, tpm.Commands.Unseal(primary).OutData.Buffer);
                    tpm.Commands.HierarchyChangeAuth(owner, default);
                }

                break;
        }

        return random;
    }

    /// <summary>An HMAC key from outside, once loaded and once imported.</summary>
    private static void Bring(Tpm2 tpm, TpmObject parent)
    {
        byte[] blinding = new byte[32];
        var sensitive = new TpmtSensitive(TpmAlgId.KeyedHash, s_auth, blinding, new TpmuSensitiveComposite.Bits(s_secret));
        TpmtPublic area = Keys.HmacFromOutside(SHA256.HashData([.. blinding, .. s_secret]));
        byte[] mac = HMACSHA256.HashData(s_secret, "data"u8);
        var external = tpm.Commands.LoadExternal(new(sensitive), new(area), TpmRh.Null);
        using (TpmObject key = tpm.OpenObject(external.ObjectHandle, s_auth))
        {
            Assert.Equal(mac, tpm.Commands.Hmac(key, "data"u8.ToArray(), TpmAlgId.Null).OutHmac.Span);
        }

        Tpm2bPrivate imported = tpm.Import(parent, area, sensitive);
        using (TpmObject key = tpm.Load(parent, imported, area, s_auth))
        {
            Assert.Equal(mac, tpm.Commands.Hmac(key, "data"u8.ToArray(), TpmAlgId.Null).OutHmac.Span);
        }
    }

    private static TpmObject Seal(Tpm2 tpm, TpmObject parent, Tpm2bDigest policy = default)
    {
        Create.Response made = tpm.Commands.Create(parent, new(new(s_auth, s_secret)), new(Keys.SealedData(policy)), default, default);
        return tpm.Load(parent, made.OutPrivate, made.OutPublic.PublicArea, s_auth);
    }
}

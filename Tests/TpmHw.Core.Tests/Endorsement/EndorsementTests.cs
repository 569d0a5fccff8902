using System.Security.Cryptography;
using TpmHw.Core.Tests.Sessions;
using TpmHw.Endorsement;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Testing.Hostile;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>Salt keys that a maker vouches for; the tests are the maker.</summary>
public sealed class EndorsementTests : IDisposable
{
    private static readonly TpmHandle s_rsa = new(0x01C00002);
    private static readonly TpmHandle s_ecc = new(0x01C0000A);
    private static readonly TpmHandle s_eccNonce = new(0x01C0000B);
    private static readonly TpmHandle s_eccTemplate = new(0x01C0000C);
    private static readonly TpmHandle s_high384 = new(0x01C00016);
    private static readonly TpmHandle s_chain = new(0x01C00100);

    private readonly Maker _maker = new();
    private readonly Interposer _wire = new(TransportCatalog.Default.Open("libtpms"));
    private readonly Tpm2 _factory;

    public EndorsementTests() => _factory = new(_wire.Inner);

    [Fact]
    public void An_elliptic_key_with_a_certificate_is_verified_and_seen_once()
    {
        Store(s_ecc, _maker.Certify(Made(TpmTemplates.EndorsementEcc)));
        using Tpm2 tpm = Open(_maker.Trust);
        Assert.Equal(BusProtectionLevel.Unverified, tpm.BusProtection.Level);
        Assert.Equal(16, tpm.GetRandom(16).Length);
        Assert.Equal(BusProtectionLevel.Verified, tpm.BusProtection.Level);
        int read = _wire.Count(TpmCc.NvRead);
        tpm.Commands.FlushContext(new(0x02000000));
        Assert.Equal(16, tpm.GetRandom(16).Length);
        Assert.Equal(BusProtectionLevel.Verified, tpm.BusProtection.Level);
        Assert.Equal(read, _wire.Count(TpmCc.NvRead));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_RSA_key_with_a_certificate_is_verified_whatever_its_type_is_called(bool isOaep)
    {
        Store(s_rsa, [.. _maker.Certify(Made(TpmTemplates.EndorsementRsa), new() { IsOaep = isOaep }), .. new byte[100]]); // padded, as some are
        Verifies(_maker.Trust);
    }

    [Fact]
    public void A_key_of_the_high_range_is_verified()
    {
        TpmtPublic template = TpmHw.Endorsement.EndorsementKeys.All.Single(k => k.Certificate == s_high384).Templates[0];
        Store(s_high384, _maker.Certify(Made(template)));
        Verifies(_maker.Trust);
    }

    [Fact]
    public void A_persistent_key_is_found_by_its_certificate_wherever_it_is()
    {
        using TpmObject key = _factory.CreatePrimary(TpmRh.Endorsement, Sessions.Keys.EccStorage());
        _factory.Commands.EvictControl(TpmRh.Owner, key, new(0x81010077));
        Store(s_ecc, _maker.Certify(key.PublicArea));
        Verifies(_maker.Trust);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_nonce_or_a_template_of_the_maker_makes_the_key(bool isNonce)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        TpmtPublic template = TpmTemplates.EndorsementEcc with { Unique = new TpmuPublicId.Ecc(nonce, new byte[32]) };
        Store(s_ecc, _maker.Certify(Made(template)));
        var writer = new Wire.TpmWriter(new byte[512]);
        template.Write(ref writer);
        Store(isNonce ? s_eccNonce : s_eccTemplate, isNonce ? nonce : writer.Written.ToArray());
        Verifies(_maker.Trust);
    }

    [Fact]
    public void What_lies_between_can_come_from_the_TPM()
    {
        Store(s_ecc, _maker.Certify(Made(TpmTemplates.EndorsementEcc)));
        Fails(new([_maker.Root]), "issuer is missing");
        Store(s_chain, _maker.Factory.RawData);
        Verifies(new([_maker.Root]));
    }

    [Fact]
    public void A_TPM_without_a_certificate_gets_nothing() => Fails(_maker.Trust, "no endorsement certificate");

    [Fact]
    public void A_certificate_of_another_TPM_is_of_no_use()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(false).Q;
        Store(s_ecc, _maker.Certify(TpmTemplates.EndorsementEcc with { Unique = new TpmuPublicId.Ecc(point.X!, point.Y!) }));
        Fails(_maker.Trust, "does not have its key");
    }

    [Fact]
    public void A_maker_that_is_not_believed_is_not_believed()
    {
        using var other = new Maker("another");
        Store(s_ecc, other.Certify(Made(TpmTemplates.EndorsementEcc)));
        Fails(_maker.Trust, "issuer is missing");
    }

    [Fact]
    public void A_certificate_that_has_expired_or_is_for_something_else_is_not_believed()
    {
        TpmtPublic key = Made(TpmTemplates.EndorsementEcc);
        Store(s_ecc, _maker.Certify(key, new() { DaysLeft = -1 }));
        Fails(_maker.Trust, "expired");
        _factory.Commands.NvUndefineSpace(TpmRh.Owner, s_ecc);
        Store(s_ecc, _maker.Certify(key, new() { Purposes = ["1.3.6.1.5.5.7.3.1"] }));
        Fails(_maker.Trust, "not the certificate of an endorsement key");
    }

    [Fact]
    public void A_certified_key_can_be_pinned_as_well()
    {
        Store(s_ecc, _maker.Certify(Made(TpmTemplates.EndorsementEcc)));
        Tpm2bName name;
        using (Tpm2 tpm = Open(_maker.Trust))
        {
            tpm.GetRandom(8);
            name = Assert.NotNull(tpm.BusProtection.KeyName);
        }

        using Tpm2 again = Open(_maker.Trust, name);
        again.GetRandom(8);
        Assert.Equal(BusProtectionLevel.Verified, again.BusProtection.Level);
        using Tpm2 wrong = Open(_maker.Trust, new byte[34]);
        Assert.Equal(TpmSessionFault.TpmReplaced, Assert.Throws<TpmSessionException>(() => wrong.GetRandom(8)).Fault);
        Assert.Equal(BusProtectionLevel.Pinned, wrong.BusProtection.Level);
    }

    [Fact]
    public void A_pin_holds_with_a_trust_and_without()
    {
        EndorsementKey p384 = EndorsementKeys.All.Single(static k => k.Certificate == new TpmHandle(0x01C00016));
        Store(p384.Certificate, _maker.Certify(Made(p384.Templates[0])));
        Tpm2bName name;
        using (Tpm2 tpm = Open(_maker.Trust))
        {
            tpm.GetRandom(8);
            name = Assert.NotNull(tpm.BusProtection.KeyName);
        }

        using (Tpm2 pinned = new(new Undisposed(_wire), new() { SaltKeyName = name }))
        {
            pinned.GetRandom(8);
            Assert.Equal(BusProtectionLevel.Pinned, pinned.BusProtection.Level);
        }

        // Another key with a certificate, which comes first.
        Store(s_ecc, _maker.Certify(Made(TpmTemplates.EndorsementEcc)));
        using Tpm2 both = Open(_maker.Trust, name);
        both.GetRandom(8);
        Assert.Equal((BusProtectionLevel.Verified, name), (both.BusProtection.Level, both.BusProtection.KeyName));
    }

    /// <summary>The attack: the honest key for the comparison with its certificate, the attacker's for what comes after.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wire_that_shows_its_own_key_after_the_certified_one_never_has_it_trusted(bool isPersistent)
    {
        using TpmObject key = _factory.CreatePrimary(TpmRh.Endorsement, TpmTemplates.EndorsementEcc);
        Store(s_ecc, _maker.Certify(key.PublicArea));
        if (isPersistent)
        {
            _factory.Commands.EvictControl(TpmRh.Owner, key, new(0x81010002));
        }

        Tpm2bName honest = key.Name;
        key.Dispose();
        var second = new SecondKey(_wire, Crypto.SaltKeys.Ecc());
        using var tpm = new Tpm2(second, new() { EndorsementTrust = _maker.Trust });
        Assert.Equal(16, tpm.GetRandom(16).Length);
        Assert.Equal((BusProtectionLevel.Verified, honest), (tpm.BusProtection.Level, tpm.BusProtection.KeyName));
        Assert.Equal("CN=TPM", tpm.BusProtection.CertificateSubject);

        var error = Assert.Throws<TpmSessionException>(() => tpm.StartSession());
        Assert.Equal(TpmSessionFault.TpmReplaced, error.Fault);
        Assert.True(second.Lies > 0);
        Assert.Equal(honest, tpm.BusProtection.KeyName);
    }

    [Fact]
    public void A_wire_that_shows_its_own_key_from_the_start_never_has_it_trusted()
    {
        Store(s_ecc, _maker.Certify(Made(TpmTemplates.EndorsementEcc)));
        var second = new SecondKey(_wire, Crypto.SaltKeys.Ecc()) { Honest = 0 };
        using var tpm = new Tpm2(second, new() { EndorsementTrust = _maker.Trust });
        Assert.Equal(TpmSessionFault.NotCertified, Assert.Throws<TpmSessionException>(() => tpm.GetRandom(16)).Fault);
        Assert.Equal((BusProtectionLevel.Unverified, null), (tpm.BusProtection.Level, tpm.BusProtection.KeyName));
        Assert.Equal(0, _wire.Count(TpmCc.StartAuthSession));
    }

    public void Dispose()
    {
        _factory.Dispose();
        _maker.Dispose();
    }

    private TpmtPublic Made(TpmtPublic template)
    {
        using TpmObject key = _factory.CreatePrimary(TpmRh.Endorsement, template);
        return key.PublicArea;
    }

    private void Store(TpmHandle index, byte[] data)
    {
        const TpmaNvFlags Usual = TpmaNvFlags.OwnerRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.NoDa;
        _factory.Commands.NvDefineSpace(TpmRh.Owner, default, new(new(index, TpmAlgId.Sha256, TpmaNv.Of(Usual), default, (ushort)data.Length)));
        for (int at = 0; at < data.Length; at += 512)
        {
            _factory.Commands.NvWrite(index, index, data[at..Math.Min(data.Length, at + 512)], (ushort)at);
        }
    }

    private Tpm2 Open(EndorsementTrust trust, Tpm2bName? name = null) =>
        new(new Undisposed(_wire), new() { EndorsementTrust = trust, SaltKeyName = name });

    private void Verifies(EndorsementTrust trust)
    {
        using Tpm2 tpm = Open(trust);
        Assert.Equal(16, tpm.GetRandom(16).Length);
        Assert.Equal(BusProtectionLevel.Verified, tpm.BusProtection.Level);
    }

    private void Fails(EndorsementTrust trust, string why)
    {
        _wire.Log.Clear();
        using Tpm2 tpm = Open(trust);
        var error = Assert.Throws<TpmSessionException>(() => tpm.GetRandom(16));
        Assert.Equal(TpmSessionFault.NotCertified, error.Fault);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.NotEqual(BusProtectionLevel.Verified, tpm.BusProtection.Level);
        Assert.Equal(0, _wire.Count(TpmCc.GetRandom));
    }

    /// <summary>A wire that outlives those who use it.</summary>
    private class Undisposed(ITpmTransport inner) : ITpmTransport
    {
        public TpmTransportInfo Info => inner.Info;

        public virtual int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
            inner.Transmit(command, response, cancellationToken);

        public void Dispose()
        {
        }
    }

    /// <summary>Puts its own key in the place of the TPM's wherever no session with a key protects it, but for the first times.</summary>
    private sealed class SecondKey(ITpmTransport inner, TpmtPublic key) : Undisposed(inner)
    {
        private int _told;

        public int Honest { get; init; } = 1;

        public int Lies { get; private set; }

        public override int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            int length = base.Transmit(command, response, cancellationToken);
            if (HostileMessage.OfCommand(command.ToArray()) is not { Info.Code: TpmCc.ReadPublic or TpmCc.CreatePrimary } sent
                || sent.Sessions.Any(s => s.Handle != (uint)TpmRh.Pw)
                || HostileMessage.OfResponse(response[..length].ToArray(), sent.Info) is not { } answer || _told++ < Honest)
            {
                return length;
            }

            Lies++;
            byte[] lie = HostileMessage.Success(
                answer.Bytes.AsSpan(TpmHeader.Size..(TpmHeader.Size + sizeof(uint) * answer.HandlesAt.Count)),
                Parameters(sent.Info.Code, answer.Parameters),
                answer.HasSessions ? answer.Bytes[answer.ParametersEnd..] : null);
            lie.CopyTo(response);
            return lie.Length;
        }

        private byte[] Parameters(TpmCc command, ReadOnlySpan<byte> parameters)
        {
            byte[] bytes = new byte[2048];
            var writer = new TpmWriter(bytes);
            var reader = new TpmReader(parameters);
            var handles = new TpmReader(new byte[sizeof(uint)]);
            if (command == TpmCc.ReadPublic)
            {
                (ReadPublic.Response.Read(ref handles, ref reader) with { OutPublic = new(key), Name = TpmName.Of(key) }).WriteParameters(ref writer);
            }
            else
            {
                (CreatePrimary.Response.Read(ref handles, ref reader) with { OutPublic = new(key), Name = TpmName.Of(key) }).WriteParameters(ref writer);
            }

            return writer.Written.ToArray();
        }
    }
}

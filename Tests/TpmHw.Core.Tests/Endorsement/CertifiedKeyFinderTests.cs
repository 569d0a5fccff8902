using TpmHw.Core.Tests.Crypto;
using TpmHw.Protection;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>Certificates and keys as TPMs have them, and as hostile wires say that they do.</summary>
public sealed class CertifiedKeyFinderTests : IDisposable
{
    private const uint RsaIndex = 0x01C00002;
    private const uint RsaTemplate = 0x01C00004;
    private const uint EccIndex = 0x01C0000A;
    private const uint Sm2Index = 0x01C0001A;
    private const uint ChainIndex = 0x01C00100;
    private const uint RsaHandle = 0x81010001;
    private const uint EccHandle = 0x81010002;
    private const uint BadAuth = TpmRc.BadAuth + TpmRc.S + TpmRc.N1;
    private const uint AuthFail = TpmRc.AuthFail + TpmRc.S + TpmRc.N1;

    private static readonly TpmtPublic s_rsa = SaltKeys.Rsa;
    private static readonly TpmtPublic s_ecc = SaltKeys.Ecc();

    private readonly Maker _maker = new();

    public static TheoryData<string> Contents => [.. s_contents.Keys];

    /// <summary>What is in the place of the certificate, how it may be read, and a word of the finding.</summary>
    private static readonly Dictionary<string, (Func<byte[], byte[]> Store, TpmaNvFlags Flags, uint Refusal, string? Word)> s_contents = new()
    {
        ["as it is"] = (static c => c, PaperTpm.Usual, 0, null),
        ["padded with zeros"] = (static c => [.. c, .. new byte[700]], PaperTpm.Usual, 0, null),
        ["padded with ones"] = (static c => [.. c, .. Enumerable.Repeat((byte)0xFF, 33)], PaperTpm.Usual, 0, null),
        ["wrapped"] = (static c => [0x10, 0x01, 0x00, (byte)(c.Length >> 8), (byte)c.Length, .. c], PaperTpm.Usual, 0, null),
        ["wrapped twice and padded"] = (static c => [0x10, 0x01, 0x00, (byte)((c.Length + 2) >> 8), (byte)(c.Length + 2), 0x10, 0x02, .. c, 0, 0, 0], PaperTpm.Usual, 0, null),
        ["wrapped and cut off"] = (static c => [0x10, 0x01, 0x00, (byte)(c.Length >> 8), (byte)c.Length, .. c[..^9]], PaperTpm.Usual, 0, "cut off"),
        ["wrapped with a size too small"] = (static c => [0x10, 0x01, 0x00, 0, 9, .. c], PaperTpm.Usual, 0, null),
        ["only a part by its wrapper"] = (static c => [0x10, 0x01, 0x01, (byte)(c.Length >> 8), (byte)c.Length, .. c], PaperTpm.Usual, 0, "part of a certificate"),
        ["a wrapper alone"] = (static c => [0x10, 0x01, 0x00, 0, 0], PaperTpm.Usual, 0, "does not begin"),
        ["cut off"] = (static c => c[..^1], PaperTpm.Usual, 0, "cut off"),
        ["cut off after 3 bytes"] = (static c => c[..3], PaperTpm.Usual, 0, "does not begin"),
        ["a length that is no length"] = (static c => [0x30, 0xFF, 1, 2, 3], PaperTpm.Usual, 0, "does not begin"),
        ["a length of 2 GiB"] = (static c => [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 1], PaperTpm.Usual, 0, "cut off"),
        ["a sequence of nothing"] = (static c => [0x30, 0], PaperTpm.Usual, 0, "damaged"),
        ["nothing"] = (static c => [], PaperTpm.Usual, 0, "padding"),
        ["zeros"] = (static c => new byte[900], PaperTpm.Usual, 0, "padding"),
        ["ones"] = (static c => [.. Enumerable.Repeat((byte)0xFF, 900)], PaperTpm.Usual, 0, "padding"),
        ["compressed"] = (static c => [0x78, 0x9C, .. c], PaperTpm.Usual, 0, "zlib"),
        ["text"] = (static c => [.. "-----BEGIN CERTIFICATE-----"u8, .. c], PaperTpm.Usual, 0, "PEM"),
        ["something else"] = (static c => [1, 2, 3, 4], PaperTpm.Usual, 0, "01020304"),
        ["not written"] = (static c => c, PaperTpm.Usual & ~TpmaNvFlags.Written, 0, "nothing was written"),
        ["not written, by the reader's answer"] = (static c => c, PaperTpm.Usual, TpmRc.NvUninitialized, "nothing was written"),
        ["locked"] = (static c => c, PaperTpm.Usual, TpmRc.NvLocked, "locked"),
        ["for the owner, without a password"] = (static c => c, PaperTpm.Usual & ~TpmaNvFlags.AuthRead, 0, null),
        ["for the owner, with a password"] = (static c => c, PaperTpm.Usual & ~TpmaNvFlags.AuthRead, BadAuth, "only the owner may read it (TPM_RC_BAD_AUTH"),
        ["with a value of its own"] = (static c => c, PaperTpm.Usual & ~TpmaNvFlags.OwnerRead, AuthFail, "knows its authorization value"),
        ["for the platform"] = (static c => c, PaperTpm.Usual & ~(TpmaNvFlags.AuthRead | TpmaNvFlags.OwnerRead), 0, "platform"),
        ["for a policy"] = (static c => c, TpmaNvFlags.Written | TpmaNvFlags.PolicyRead, 0, "policy"),
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public void What_is_in_the_place_of_a_certificate_is_used_or_told_in_words(string name)
    {
        (Func<byte[], byte[]> store, TpmaNvFlags flags, uint refusal, string? word) = s_contents[name];
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = (store(_maker.Certify(s_ecc)), flags);
        tpm.Refuse = _ => refusal;
        if (word is null)
        {
            Assert.Equal(s_ecc, Find(tpm).Key.PublicArea);
        }
        else
        {
            Fails(tpm, word);
        }
    }

    [Fact]
    public void A_certificate_is_read_without_risking_a_try_of_the_lockout()
    {
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual & ~TpmaNvFlags.NoDa);
        Find(tpm);
        Assert.All(tpm.Commands.OfType<NvRead>(), r => Assert.Equal(TpmRh.Owner, (TpmRh)r.AuthHandle.Value));

        tpm.Commands.Clear();
        tpm.Refuse = r => r.AuthHandle == r.NvIndex ? 0u : BadAuth;
        Find(tpm);
    }

    [Fact]
    public void A_TPM_without_any_certificate_is_told_so_and_only_such_a_one()
    {
        Fails(Tpm(), "has no endorsement certificate");
        PaperTpm tpm = Tpm();
        tpm.Nv[Sm2Index] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        Assert.DoesNotContain("has no", Fails(tpm, "not supported here"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_one_certificate_does_not_hide_another()
    {
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc)[..100], PaperTpm.Usual);
        tpm.Nv[RsaIndex] = (_maker.Certify(s_rsa, new() { IsOaep = true }), PaperTpm.Usual);
        CertifiedKey found = Find(tpm);
        Assert.Equal((new TpmHandle(RsaHandle), s_rsa, "CN=TPM"), (found.Key.Handle, found.Key.PublicArea, found.Subject));
        Assert.Equal(new SaltKeySource(new TpmHandle(RsaHandle)), found.Source);

        tpm.Nv[RsaIndex] = (_maker.Certify(s_rsa, new() { DaysLeft = -1 }), PaperTpm.Usual);
        string message = Fails(tpm, "0x01C0000A: the certificate is cut off: 100 of its");
        Assert.Contains("0x01C00002: it has expired", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(400)]
    public void A_chain_goes_on_across_the_boundaries_of_indices_and_padding(int first)
    {
        var trust = new EndorsementTrust([_maker.Root]);
        using var other = new Maker("another");
        byte[] chain = [.. other.Factory.RawData, 0, 0, 0xFF, .. _maker.Factory.RawData, .. new byte[50]];
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        Fails(tpm, "issuer is missing", trust);
        tpm.Nv[ChainIndex] = (chain[..first], PaperTpm.Usual);
        tpm.Nv[ChainIndex + 7] = (chain[first..(first + 50)], PaperTpm.Usual);
        tpm.Nv[ChainIndex + 0xFF] = (chain[(first + 50)..], PaperTpm.Usual);
        Find(tpm, trust);
        tpm.Nv[ChainIndex + 0xFF] = (chain[(first + 50)..^100], PaperTpm.Usual);
        Fails(tpm, "the chain in the TPM at byte", trust);
    }

    [Fact]
    public void A_key_that_is_certified_and_unfit_is_not_used()
    {
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        tpm.Persistent[EccHandle] = s_ecc.With(clear: TpmaObject.FixedTpm);
        Fails(tpm, "fixedTPM");
        tpm.Persistent[EccHandle] = s_ecc with { NameAlg = TpmAlgId.Sha1 };
        Fails(tpm, "SHA-1");
        tpm.Persistent[EccHandle] = s_ecc with { NameAlg = TpmAlgId.Sm3_256 };
        Fails(tpm, "TPM_RC_BAD_AUTH"); // as if it was not there; and its template is refused
    }

    [Fact]
    public void A_key_made_from_a_template_is_left_loaded_if_it_is_the_one_and_flushed_if_not()
    {
        var tpm = new PaperTpm { Primary = t => t.Type == TpmAlgId.Rsa ? s_rsa : SaltKeys.Ecc() };
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        Fails(tpm, "does not have its key");
        Assert.Equal(0, tpm.Loaded);
        tpm.Nv[RsaIndex] = (_maker.Certify(s_rsa), PaperTpm.Usual);
        CertifiedKey found = Find(tpm);
        Assert.Equal((new TpmHandle(0x80000000), s_rsa, 1), (found.Key.Handle, found.Key.PublicArea, tpm.Loaded));
        Assert.Equal(TpmTemplates.EndorsementRsa, found.Source.Template);
        found.Key.Leave(tpm);
        Assert.Equal(0, tpm.Loaded);
    }

    [Fact]
    public void A_template_that_is_none_is_as_if_it_was_not_there()
    {
        var tpm = new PaperTpm { Primary = _ => s_rsa };
        tpm.Nv[RsaIndex] = (_maker.Certify(s_rsa), PaperTpm.Usual);
        tpm.Nv[RsaTemplate] = ([1, 2, 3], PaperTpm.Usual);
        Find(tpm);
    }

    public static TheoryData<string> Lies => [.. s_lies.Keys];

    /// <summary>Answers that contradict themselves or never end; each must end in a typed exception.</summary>
    private static readonly Dictionary<string, Func<object, object, object>> s_lies = new()
    {
        ["more handles for ever"] = static (command, answer) => command is GetCapability ask
            ? PaperTpm.Answer(Enumerable.Range(0, 2).Select(i => (ask.Property | 0x40) + (uint)i), moreData: true)
            : answer,
        ["the same handle for ever"] = static (command, answer) => command is GetCapability ? PaperTpm.Answer([EccIndex], moreData: true) : answer,
        ["no handles and more"] = static (command, answer) => command is GetCapability ? PaperTpm.Answer([], moreData: true) : answer,
        ["handles outside the range"] = static (command, answer) => command is GetCapability ? PaperTpm.Answer([0x40000001, 0x80000000, uint.MaxValue, 0], moreData: true) : answer,
        ["another capability"] = static (command, answer) => command is GetCapability
            ? new GetCapability.Response(true, new(TpmCap.Commands, new TpmuCapabilities.Commands(default)))
            : answer,
        ["an index of 64 KiB"] = static (_, answer) => answer is NvReadPublic.Response read ? new NvReadPublic.Response(new(read.NvPublic.NvPublic with { DataSize = 65535 }), default) : answer,
        ["a counter"] = static (_, answer) => answer is NvReadPublic.Response read
            ? new NvReadPublic.Response(new(read.NvPublic.NvPublic with { Attributes = TpmaNv.Of(PaperTpm.Usual, TpmNt.Counter) }), default)
            : answer,
        ["no data"] = static (_, answer) => answer is NvRead.Response ? new NvRead.Response(default) : answer,
        ["too much data"] = static (_, answer) => answer is NvRead.Response ? new NvRead.Response(new byte[2048]) : answer,
        ["a key with another Name"] = static (_, answer) => answer is ReadPublic.Response read ? read with { Name = new byte[34] } : answer,
        ["a key without a hash"] = static (_, answer) => answer is ReadPublic.Response read ? read with { OutPublic = new(s_ecc with { NameAlg = (TpmAlgId)0x7777 }) } : answer,
        ["another key"] = static (_, answer) => answer is ReadPublic.Response read ? read with { OutPublic = new(s_rsa) } : answer,
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_lie_about_certificates_and_keys_ends_in_a_typed_exception(string name)
    {
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        Find(tpm);
        tpm.Lie = s_lies[name];
        Assert.Equal(TpmSessionFault.NotCertified, Assert.Throws<TpmSessionException>(() => Find(tpm)).Fault);
        Assert.True(tpm.Commands.Count < 1000);
    }

    [Theory]
    [InlineData(0x81010002u)]
    [InlineData(0x02000000u)]
    [InlineData(0x40000007u)]
    public void A_primary_key_at_a_handle_that_is_no_primary_keys_is_neither_used_nor_flushed(uint handle)
    {
        var tpm = new PaperTpm { Primary = _ => s_ecc, Lie = (_, answer) => answer is CreatePrimary.Response made ? made with { ObjectHandle = new(handle) } : answer };
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        Fails(tpm, "contradicts itself");
        Assert.Empty(tpm.Commands.OfType<FlushContext>());
    }

    [Fact]
    public void An_index_that_the_TPM_describes_in_place_of_another_is_not_read()
    {
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = ([1, 2, 3], PaperTpm.Usual);
        tpm.Nv[RsaTemplate] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        tpm.Lie = (command, answer) => command is NvReadPublic && answer is NvReadPublic.Response read
            ? new NvReadPublic.Response(new(read.NvPublic.NvPublic with { NvIndex = new(RsaTemplate), DataSize = (ushort)tpm.Nv[RsaTemplate].Data.Length }), default)
            : answer;
        Fails(tpm, "describes 0x01C00004 instead");
    }

    [Fact]
    public void A_TPM_that_is_not_started_is_told_as_that() =>
        Assert.Equal(TpmRc.Initialize, Assert.Throws<TpmCommandException>(() =>
        {
            PaperTpm tpm = Tpm();
            tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual);
            tpm.Refuse = _ => TpmRc.Initialize;
            Find(tpm);
        }).Code.Value);

    [Fact]
    public void A_key_is_read_once_and_that_reading_is_what_is_given()
    {
        PaperTpm tpm = Tpm();
        tpm.Nv[EccIndex] = (_maker.Certify(s_ecc), PaperTpm.Usual);
        tpm.Nv[RsaIndex] = (_maker.Certify(s_rsa)[..50], PaperTpm.Usual);
        int readings = 0;
        TpmtPublic attackers = SaltKeys.Ecc();
        tpm.Lie = (_, answer) => answer is ReadPublic.Response read && read.OutPublic.PublicArea == s_ecc && readings++ > 0
            ? new ReadPublic.Response(new(attackers), TpmHw.Sessions.TpmName.Of(attackers), default)
            : answer;
        CertifiedKey found = Find(tpm);
        Assert.Equal((1, s_ecc), (readings, found.Key.PublicArea));
        Assert.Equal(new Tpm2bName(TpmHw.Sessions.TpmName.Of(s_ecc)), found.Key.Name);
    }

    public void Dispose() => _maker.Dispose();

    private static PaperTpm Tpm() => new() { Persistent = { [RsaHandle] = s_rsa, [EccHandle] = s_ecc } };

    private CertifiedKey Find(PaperTpm tpm, EndorsementTrust? trust = null) => CertifiedKeyFinder.Find(tpm, trust ?? _maker.Trust, null, CancellationToken.None);

    private string Fails(PaperTpm tpm, string word, EndorsementTrust? trust = null)
    {
        var error = Assert.Throws<TpmSessionException>(() => Find(tpm, trust));
        Assert.Equal(TpmSessionFault.NotCertified, error.Fault);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}

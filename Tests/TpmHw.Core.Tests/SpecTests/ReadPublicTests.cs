using System.Buffers.Binary;
using System.Security.Cryptography;
using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>The public areas of objects of every kind, which commands written by hand created.</summary>
public sealed class ReadPublicTests : IDisposable
{
    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    public ReadPublicTests() => _tpm.Commands.Startup(TpmSu.Clear);

    public void Dispose() => _tpm.Dispose();

    [Fact]
    public void An_RSA_storage_key()
    {
        TpmtPublic key = Read(Primary("0001 000B 00030072 0000 0006 0080 0043 0010 0800 00000000 0000"), TpmRh.Owner);
        Assert.Equal(new TpmuPublicParms.Rsa(new(TpmAlgId.Aes, 128, TpmAlgId.Cfb), new(TpmAlgId.Null), 2048, 0), key.Parameters);
        Assert.Equal(256, Assert.IsType<TpmuPublicId.Rsa>(key.Unique).Modulus.Size);
        Assert.Equal(
            TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.SensitiveDataOrigin | TpmaObject.UserWithAuth | TpmaObject.Restricted | TpmaObject.Decrypt,
            key.ObjectAttributes);
    }

    [Fact]
    public void An_RSA_signing_key_with_a_scheme()
    {
        TpmtPublic key = Read(Primary("0001 000B 00040072 0000 0010 0016 000B 0800 00000000 0000"), TpmRh.Owner);
        Assert.Equal(new TpmuPublicParms.Rsa(new(TpmAlgId.Null), new(TpmAlgId.Rsapss, new TpmuAsymScheme.Hash(TpmAlgId.Sha256)), 2048, 0), key.Parameters);
    }

    [Fact]
    public void An_elliptic_curve_key_whose_point_is_on_its_curve()
    {
        TpmtPublic key = Read(Primary("0023 000B 00040072 0000 0010 0018 000B 0003 0010 0000 0000"), TpmRh.Owner);
        Assert.Equal(
            new TpmuPublicParms.Ecc(new(TpmAlgId.Null), new(TpmAlgId.Ecdsa, new TpmuAsymScheme.Hash(TpmAlgId.Sha256)), TpmEccCurve.NistP256, new(TpmAlgId.Null)),
            key.Parameters);
        var point = Assert.IsType<TpmuPublicId.Ecc>(key.Unique);
        using ECDsa imported = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = { X = point.X.Buffer.ToArray(), Y = point.Y.Buffer.ToArray() },
        });
        Assert.Equal(256, imported.KeySize);
    }

    [Fact]
    public void An_anonymous_signing_key()
    {
        TpmtPublic key = Read(Primary("0023 000B 00040072 0000 0010 001A 000B 0000 0010 0010 0000 0000"), TpmRh.Owner);
        var parameters = Assert.IsType<TpmuPublicParms.Ecc>(key.Parameters);
        Assert.Equal(new(TpmAlgId.Ecdaa, new TpmuAsymScheme.Ecdaa(TpmAlgId.Sha256, 0)), parameters.Scheme);
        Assert.Equal(TpmEccCurve.BnP256, parameters.CurveId);
    }

    [Theory]
    [InlineData("0008 000B 00040072 0000 0005 000B 0000")]
    [InlineData("0008 000B 00060072 0000 0010 0000")]
    [InlineData("0008 000B 00020072 0000 000A 000B 0022 0000")]
    public void A_keyed_hash_key_of_each_scheme(string template)
    {
        TpmtPublic key = Read(Primary(template), TpmRh.Owner);
        TpmuSchemeKeyedHash? expected = key.Parameters is TpmuPublicParms.KeyedHash { Scheme.Scheme: var scheme } ? scheme switch
        {
            TpmAlgId.Hmac => new TpmuSchemeKeyedHash.Hmac(TpmAlgId.Sha256),
            TpmAlgId.Xor => new TpmuSchemeKeyedHash.Xor(TpmAlgId.Sha256, TpmAlgId.Kdf1Sp800_108),
            _ => null,
        } : throw new Xunit.Sdk.XunitException("no keyed hash");
        Assert.Equal(new TpmuPublicParms.KeyedHash(new(scheme, expected)), key.Parameters);
        Assert.Equal(32, Assert.IsType<TpmuPublicId.Digest>(key.Unique).Value.Size);
    }

    [Fact]
    public void A_symmetric_key()
    {
        TpmtPublic key = Read(Primary("0025 000B 00060072 0000 0006 0100 0043 0000"), TpmRh.Owner);
        Assert.Equal(new TpmuPublicParms.SymCipher(new(TpmAlgId.Aes, 256, TpmAlgId.Cfb)), key.Parameters);
    }

    [Fact]
    public void A_flushed_object_is_gone()
    {
        TpmHandle handle = Primary("0025 000B 00060072 0000 0006 0100 0043 0000");
        _tpm.Commands.FlushContext(handle);
        Assert.Throws<TpmCommandException>(() => _tpm.Commands.ReadPublic(handle));
        Assert.Throws<TpmCommandException>(() => _tpm.Commands.FlushContext(handle));
    }

    /// <summary>TPM2_CreatePrimary with a template in hexadecimal.</summary>
    private TpmHandle Primary(string template)
    {
        byte[] response = _tpm.Transport.Send(Templates.CreatePrimary(template));
        Assert.Equal(0u, TpmHeader.Read(response).Code);
        return new(BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(TpmHeader.Size)));
    }

    /// <summary>Reads the public area, and checks it by the Names, which are digests over its bytes (Part 1, 16).</summary>
    private TpmtPublic Read(TpmHandle handle, TpmHandle hierarchy)
    {
        ReadPublic.Response response = _tpm.Commands.ReadPublic(handle);
        var writer = new TpmWriter(new byte[1024]);
        response.OutPublic.PublicArea.Write(ref writer);
        Assert.Equal(new Tpm2bName((byte[])[0x00, 0x0B, .. SHA256.HashData(writer.Written)]), response.Name);

        var qualified = new TpmWriter(new byte[256]);
        hierarchy.Write(ref qualified);
        qualified.WriteBytes(response.Name.Span);
        Assert.Equal(new Tpm2bName((byte[])[0x00, 0x0B, .. SHA256.HashData(qualified.Written)]), response.QualifiedName);
        return response.OutPublic.PublicArea;
    }
}

using TpmHw.Spec;

namespace TpmHw.Endorsement;

/// <summary>A kind of endorsement key: where its certificate is, and what it is made from.</summary>
/// <param name="Certificate">The NV index of its certificate.</param>
/// <param name="Templates">What it can be made from: the first that gives the certificate's key is it.</param>
/// <param name="Nonce">The NV index of what stands at the start of the template's unique field; null where there is none.</param>
internal sealed record EndorsementKey(TpmHandle Certificate, TpmtPublic[] Templates, TpmHandle? Nonce = null)
{
    /// <summary>The NV index of its template, where that is not the profile's.</summary>
    public TpmHandle Template => Nonce is { } nonce ? new(nonce.Value + 1) : new(Certificate.Value + 1);
}

/// <summary>The endorsement keys of TCG's EK Credential Profile (version 2.5, annex B), those first whose salts are made quickest.</summary>
internal static class EndorsementKeys
{
    private const TpmaObject HighRange = TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.SensitiveDataOrigin | TpmaObject.UserWithAuth
        | TpmaObject.AdminWithPolicy | TpmaObject.Restricted | TpmaObject.Decrypt;

    // PolicyB: the secret of the endorsement hierarchy, or what an NV index says.
    private const string PolicyB256 = "CA3D0A99A2B93906F7A3342414EFCFB3A385D44CD1FD459089D19B5071C0B7A0";
    private const string PolicyB384 = "B26E7D28D11A50BC53D882BCF5FD3A1A074148BB35D3B4E4CB1C0AD9BDE419CACB47BA09699646150F9FC000F3F80E12";
    private const string PolicyB512 =
        "B8221CA69E8550A4914DE3FAA6A18C072CC01208073A928D5D66D59EF79E49A429C41A6B269571D57EDB25FBDB1838425608B413CD616A5F6DB5B6071AF99BEA";

    /// <summary>The first NV index of certificates, nonces and templates (TCG's registry of reserved handles).</summary>
    public const uint First = 0x01C00000;

    private const uint LastCertificate = 0x01C000FF;
    private const uint FirstOfHighRange = 0x01C00012;

    /// <summary>The certificates that lie between the TPM's and its maker's root, one after the other.</summary>
    public const uint FirstOfChain = 0x01C00100;

    /// <summary>The last index of those.</summary>
    public const uint LastOfChain = 0x01C001FF;

    public static EndorsementKey[] All { get; } =
    [
        new(new TpmHandle(0x01C0000A), [TpmTemplates.EndorsementEcc], new TpmHandle(0x01C0000B)), // L-2
        new(new TpmHandle(0x01C00014), Ecc(TpmEccCurve.NistP256, 32, TpmAlgId.Sha256, 128, PolicyB256)), // H-2
        new(new TpmHandle(0x01C00016), Ecc(TpmEccCurve.NistP384, 48, TpmAlgId.Sha384, 256, PolicyB384)), // H-3
        new(new TpmHandle(0x01C00018), Ecc(TpmEccCurve.NistP521, 66, TpmAlgId.Sha512, 256, PolicyB512)), // H-4
        new(new TpmHandle(0x01C00002), [TpmTemplates.EndorsementRsa], new TpmHandle(0x01C00003)), // L-1
        new(new TpmHandle(0x01C00012), Rsa(2048, TpmAlgId.Sha256, 128, PolicyB256)), // H-1
        new(new TpmHandle(0x01C0001C), Rsa(3072, TpmAlgId.Sha384, 256, PolicyB384)), // H-6
        new(new TpmHandle(0x01C0001E), Rsa(4096, TpmAlgId.Sha384, 256, PolicyB384)), // H-7
    ];

    /// <summary>Whether an NV index is that of a certificate for a key that is not in <see cref="All"/>, such as one of SM2: in the high range they have even numbers.</summary>
    public static bool IsOtherCertificate(uint index) =>
        index is >= FirstOfHighRange and <= LastCertificate && index % 2 == 0 && !All.Any(k => k.Certificate.Value == index);

    // The profile has an empty unique field there; tpm2-tools and swtpm fill it with zeros, which gives another key.
    private static TpmtPublic[] Ecc(TpmEccCurve curve, int size, TpmAlgId nameAlg, ushort aesBits, string policy) =>
    [
        .. new[] { 0, size }.Select(bytes => new TpmtPublic(
            TpmAlgId.Ecc, nameAlg, HighRange, Convert.FromHexString(policy),
            new TpmuPublicParms.Ecc(new(TpmAlgId.Aes, aesBits, TpmAlgId.Cfb), new(TpmAlgId.Null), curve, new(TpmAlgId.Null)),
            new TpmuPublicId.Ecc(new byte[bytes], new byte[bytes]))),
    ];

    private static TpmtPublic[] Rsa(ushort bits, TpmAlgId nameAlg, ushort aesBits, string policy) =>
    [
        .. new[] { 0, bits / 8 }.Select(bytes => new TpmtPublic(
            TpmAlgId.Rsa, nameAlg, HighRange, Convert.FromHexString(policy),
            new TpmuPublicParms.Rsa(new(TpmAlgId.Aes, aesBits, TpmAlgId.Cfb), new(TpmAlgId.Null), bits, 0),
            new TpmuPublicId.Rsa(new byte[bytes]))),
    ];
}

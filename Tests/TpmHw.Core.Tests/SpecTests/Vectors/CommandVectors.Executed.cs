using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Core.Tests.SpecTests.Vectors;

/// <content>
/// What TCG's reference implementation of version 1.84 (TrustedComputingGroup/TPM at 3b1f0e6, with OpenSSL 3.0.19)
/// executed, and what it answered, recorded on the wire of its simulator.
/// </content>
internal static partial class CommandVectors
{
    private const string Reference = "executed by TCG's reference implementation 1.84";
    private const string Success = "80010000000A00000000";
    private const string SuccessOfOneSession = "80020000001300000000000000000000010000";

    private static readonly TpmtKdfScheme s_kdf2 = new(TpmAlgId.Kdf2, TpmAlgId.Sha256);

    private static readonly Tpm2bEccPoint s_c1 = new(new(
        Convert.FromHexString("0E779EB209CD5CDAF2FA07AE6CEC377F1C677D592BE1C5C49326698B9D3992EB"),
        Convert.FromHexString("3131D127E745725859478FE4D00673A6B5C027D0AADB3077C09795AE9FA1B82D")));

    private static readonly Tpm2bMaxBuffer s_c2 = Convert.FromHexString("E253C9FDAE4899765C39FDD4DE77AC");

    private static readonly Tpm2bDigest s_c3 = Convert.FromHexString("5FACF60CDB13C34BE46F8039A4EE9ACC6DF1C3EE46A141EE96AA879E38E4DE8F");

    private static readonly TpmtNvPublic2 s_index = new(TpmHt.NvIndex, new TpmuNvPublic2.NvIndex(new(
        new(0x01800001), TpmAlgId.Sha256, TpmaNv.Of(TpmaNvFlags.OwnerRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.AuthRead, TpmNt.Ordinary), default, 16)));

    private static CommandVector[] Executed =>
    [
        Of(Reference,
            new EccEncrypt(new(0x80000000), "some plain text"u8.ToArray(), s_kdf2),
            "8001000000230000019980000000000F736F6D6520706C61696E20746578740021000B",
            new EccEncrypt.Response(s_c1, s_c2, s_c3),
            "80010000008300000000" +
            "004400200E779EB209CD5CDAF2FA07AE6CEC377F1C677D592BE1C5C49326698B9D3992EB00203131D127E745725859478FE4D00673A6B5C027D0AADB3077C09795AE9FA1B82D" +
            "000FE253C9FDAE4899765C39FDD4DE77AC" +
            "00205FACF60CDB13C34BE46F8039A4EE9ACC6DF1C3EE46A141EE96AA879E38E4DE8F"),
        Of(Reference,
            new EccDecrypt(new(0x80000000), s_c1, s_c2, s_c3, s_kdf2),
            "8002000000980000019A800000000000000940000009000001000000" +
            "4400200E779EB209CD5CDAF2FA07AE6CEC377F1C677D592BE1C5C49326698B9D3992EB00203131D127E745725859478FE4D00673A6B5C027D0AADB3077C09795AE9FA1B82D" +
            "000FE253C9FDAE4899765C39FDD4DE77AC" +
            "00205FACF60CDB13C34BE46F8039A4EE9ACC6DF1C3EE46A141EE96AA879E38E4DE8F" +
            "0021000B",
            new EccDecrypt.Response("some plain text"u8.ToArray()),
            "8002000000240000000000000011000F736F6D6520706C61696E20746578740000010000"),
        Of(Reference,
            new ActSetTimeout(TpmRh.Act0, 60),
            "80020000001F0000019840000110000000094000000900000100000000003C",
            SuccessOfOneSession),
        Of(Reference,
            new PolicyCapability(new(0x03000000), new byte[] { 0, 0, 1, 0x43 }, 0, TpmEo.Neq, TpmCap.Commands, 0x143),
            "8001000000200000019B03000000000400000143000000010000000200000143",
            Success),
        Of(Reference,
            new PolicyParameters(new(0x03000000), Count(32)),
            "8001000000300000019C030000000020000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            Success),
        Of(Reference,
            new PolicyTransportSpdm(new(0x03000000), Named(0x11), Named(0x22)),
            "800100000056000001A103000000" +
            "0022000B1111111111111111111111111111111111111111111111111111111111111111" +
            "0022000B2222222222222222222222222222222222222222222222222222222222222222",
            Success),
        Of(Reference,
            new PolicyAcSendSelect(new(0x03000000), Named(0x11), Named(0x22), Named(0x33), true),
            "80010000007B0000019603000000" +
            "0022000B1111111111111111111111111111111111111111111111111111111111111111" +
            "0022000B2222222222222222222222222222222222222222222222222222222222222222" +
            "0022000B3333333333333333333333333333333333333333333333333333333333333333" +
            "01",
            Success),
        Of(Reference,
            new NvDefineSpace2(TpmRh.Owner, new byte[] { 1, 2, 3 }, new(s_index)),
            "8002000000310000019D40000001000000094000000900000100000003010203000F0101800001000B0006000200000010",
            SuccessOfOneSession),
        Of(Reference,
            new NvReadPublic2(new(0x01800001)),
            "80010000000E0000019E01800001",
            new NvReadPublic2.Response(new(s_index), Convert.FromHexString("000B6DF92AE4496AF038F5A4FD2BEFF9A16176FEDE9AC4DC065D83DA207734204AAE")),
            "80010000003F00000000000F0101800001000B00060002000000100022000B6DF92AE4496AF038F5A4FD2BEFF9A16176FEDE9AC4DC065D83DA207734204AAE"),
        Of(Reference,
            new ReadOnlyControl(TpmRh.Platform, true),
            "80020000001C000001A04000000C0000000940000009000001000001",
            SuccessOfOneSession),
        Of("read by TCG's reference implementation 1.84, which has no capability that can be set",
            new SetCapability(TpmRh.Platform, new(new(TpmCap.Algs, default))),
            "8002000000210000019F4000000C00000009400000090000010000000400000000"),
    ];
}

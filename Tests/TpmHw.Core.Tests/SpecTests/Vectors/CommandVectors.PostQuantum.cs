using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Core.Tests.SpecTests.Vectors;

/// <content>
/// Version 1.85: commands as wolfTPM (wolfSSL/wolfTPM at 68deab3) writes them, given the same values, and responses that
/// it reads as these values.
/// </content>
internal static partial class CommandVectors
{
    private const string WolfTpm = "bytes of wolfTPM";

    private static readonly TpmHandle s_sequence = new(0x80000002);
    private static readonly Tpm2bDigest s_four = new byte[] { 1, 2, 3, 4 };

    private static CommandVector[] PostQuantum =>
    [
        Of(WolfTpm,
            new Encapsulate(s_key),
            "80010000000E000001A780000001",
            new Encapsulate.Response(new byte[] { 1, 2, 3, 4 }, new byte[] { 9, 9, 9, 9, 8, 8, 8, 8 }),
            "80010000001A000000000004010203040008" + "0909090908080808"),
        Of(WolfTpm,
            new Decapsulate(s_key, Count(16)),
            "80020000002D000001A880000001000000094000000900000100000010000102030405060708090A0B0C0D0E0F",
            new Decapsulate.Response(new byte[] { 1, 2, 3, 4 }),
            "80020000001900000000000000060004010203040000010000"),
        Of(WolfTpm,
            new SignSequenceStart(s_key, Count(4), Count(3)),
            "800100000019000001AA800000010004000102030003000102",
            new SignSequenceStart.Response(s_sequence),
            "80010000000E0000000080000002"),
        Of(WolfTpm,
            new VerifySequenceStart(s_key, Count(4), Count(5), Count(3)),
            "800100000020000001A980000001000400010203000500010203040003000102",
            new VerifySequenceStart.Response(s_sequence),
            "80010000000E0000000080000002"),
        Of(WolfTpm,
            new SignSequenceComplete(s_sequence, s_key, Count(6)),
            "800200000030000001A48000000280000001000000124000000900000100004000000900000100000006000102030405",
            new SignSequenceComplete.Response(new(TpmAlgId.Mldsa, new TpmuSignature.Mldsa(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }))),
            "800200000024000000000000000C00A10008010203040506070800000100000000010000"),
        Of(WolfTpm,
            new VerifySequenceComplete(s_sequence, s_key, new(TpmAlgId.HashMldsa, new TpmuSignature.HashMldsa(TpmAlgId.Sha512, Count(9)))),
            "80020000002E000001A380000002800000010000000940000009000001000000A2000D0009000102030405060708",
            new VerifySequenceComplete.Response(new(TpmSt.MessageVerified, TpmRh.Owner, s_four)),
            "80020000001F000000000000000C8026400000010004010203040000010000"),
        Of(WolfTpm,
            new SignDigest(s_key, Count(3), Count(32), new(TpmSt.HashCheck, TpmRh.Null, default)),
            "80020000004A000001A6800000010000000940000009000001000000030001020020000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" +
            "8024400000070000",
            new SignDigest.Response(new(TpmAlgId.HashMldsa, new TpmuSignature.HashMldsa(TpmAlgId.Sha512, new byte[] { 1, 2, 3, 4, 5, 6 }))),
            "80020000001F000000000000000C00A2000D00060102030405060000010000"),
        Of(WolfTpm,
            new VerifyDigestSignature(s_key, Count(3), Count(32), new(TpmAlgId.Mldsa, new TpmuSignature.Mldsa(Count(9)))),
            "800100000042000001A58000000100030001020020000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00A10009000102030405060708",
            new VerifyDigestSignature.Response(new(TpmSt.DigestVerified, TpmRh.Owner, TpmAlgId.Sha512, s_four)),
            "80010000001800000000802740000001000D000401020304"),
    ];
}

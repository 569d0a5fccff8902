using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Core.Tests.SpecTests.Vectors;

/// <content>Commands and responses as Microsoft's TSS.Py writes them (microsoft/TSS.MSR at 60c26b5), given the same values.</content>
internal static partial class CommandVectors
{
    private const string TssPy = "bytes of Microsoft's TSS.Py";

    private static CommandVector[] Written =>
    [
        Of(TssPy,
            new FieldUpgradeStart(TpmRh.Platform, s_key, Count(32), new(TpmAlgId.Rsassa, new TpmuSignature.Rsa(TpmAlgId.Sha256, Count(16)))),
            "8002000000570000012F4000000C800000010000000940000009000001" +
            "00000020000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" +
            "0014000B0010000102030405060708090A0B0C0D0E0F"),
        Of(TssPy,
            new FieldUpgradeData(Count(20)),
            "800100000020000001410014000102030405060708090A0B0C0D0E0F10111213",
            new FieldUpgradeData.Response(new(TpmAlgId.Sha256, Count(32)), new(TpmAlgId.Sha1, Count(20))),
            "80010000004200000000" +
            "000B000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" +
            "0004000102030405060708090A0B0C0D0E0F10111213"),
        Of(TssPy,
            new FirmwareRead(7),
            "80010000000E0000017900000007",
            new FirmwareRead.Response(Count(9)),
            "800100000015000000000009000102030405060708"),
        Of(TssPy,
            new AcGetCapability(new(0x90000001), TpmAt.Pv1, 4),
            "80010000001600000194900000010000000200000004",
            new AcGetCapability.Response(true, [new(TpmAt.Pv1, 0x01234567), new(TpmAt.Vend, 5)]),
            "80010000001F00000000010000000200000002012345678000000000000005"),
        Of(TssPy,
            new AcSend(s_key, TpmRh.Owner, new(0x90000001), Count(5)),
            "8002000000330000019580000001400000019000000100000012400000090000010000400000090000010000" +
            "00050001020304",
            new AcSend.Response(new(TpmAt.Error, 3)),
            "8002000000200000000000000008" + "0000000100000003" + "00000100000000010000"),
    ];
}

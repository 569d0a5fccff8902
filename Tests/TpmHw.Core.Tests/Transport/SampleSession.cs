using TpmHw.Spec;

namespace TpmHw.Core.Tests.Transport;

/// <summary>A few commands that any TPM of a family answers, errors among them.</summary>
internal static class SampleSession
{
    private const string EmptyPassword = "00000009 40000009 0000 00 0000";

    public static IEnumerable<byte[]> Of(TpmTransportInfo info) => info.Family == TpmFamily.Tpm20 ? Tpm20() : Tpm12();

    private static IEnumerable<byte[]> Tpm20() =>
    [
        Messages.Startup,
        Messages.Command(TpmCc.SelfTest, "01"),
        Messages.Command(TpmCc.GetCapability, "00000006 00000100 00000040"),
        Messages.GetRandom8,
        Messages.PcrRead,
        Messages.Message(0x8002, (uint)TpmCc.PcrExtend, "00000010" + EmptyPassword + "00000001 000B" + new string('5', 64)),
        Messages.PcrRead,
        Messages.Message(0x8002, (uint)TpmCc.HierarchyChangeAuth, "40000001" + EmptyPassword + "0004 31323334"),
        Messages.Message(0x8002, (uint)TpmCc.Clear, "4000000A 0000000D 40000009 0000 00 0004 41414141"),
        Messages.Command((TpmCc)0x20000001),
        Messages.Command(TpmCc.ReadClock),
    ];

    private static IEnumerable<byte[]> Tpm12() =>
    [
        Messages.Message(0x00C1, 0x99, "0001"), // Startup(ST_CLEAR)
        Messages.Message(0x00C1, 0x50), // SelfTestFull
        Messages.Message(0x00C1, 0x65, "00000005 00000004 00000103"), // GetCapability(manufacturer)
        Messages.Message(0x00C1, 0x46, "00000008"), // GetRandom
        Messages.Message(0x00C1, 0x14, "00000010" + new string('5', 40)), // Extend
        Messages.Message(0x00C1, 0x15, "00000010"), // PcrRead
        Messages.Message(0x00C1, 0x12345),
    ];
}

using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Wire;

namespace TpmHw.Benchmarks;

/// <summary>A command that stands for its kind: what counts on a bus is how long it and its response are.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Code">The command code.</param>
/// <param name="Tag">The tag, of the response too.</param>
/// <param name="Sent">Bytes of the command.</param>
/// <param name="Received">Bytes of the response.</param>
internal sealed record BusCommand(string Name, TpmCc Code, ushort Tag, int Sent, int Received)
{
    /// <summary>The six that are measured.</summary>
    public static IReadOnlyList<BusCommand> All { get; } =
    [
        new("GetRandom32", TpmCc.GetRandom, TpmHeader.NoSessions, 12, 44),
        new("GetCapability", TpmCc.GetCapability, TpmHeader.NoSessions, 22, 200),
        new("ReadPublicRSA", TpmCc.ReadPublic, TpmHeader.NoSessions, 14, 356),
        new("Create350", TpmCc.Create, TpmHeader.Sessions, 350, 620),
        new("NVWrite1024", TpmCc.NvWrite, TpmHeader.Sessions, 1059, 19),
        new("NVRead1024", TpmCc.NvRead, TpmHeader.Sessions, 35, 1045),
    ];

    /// <summary>As long as the answer to TPM2_GetCapability for one property, with which a driver asks for the family.</summary>
    public static byte[] FamilyResponse { get; } = RawCommands.Command(TpmHeader.NoSessions, 0, new byte[17]);

    /// <summary>The command.</summary>
    public byte[] Command => RawCommands.Command(Tag, (uint)Code, Counting(Sent));

    /// <summary>A response of success.</summary>
    public byte[] Response => RawCommands.Command(Tag, 0, Counting(Received));

    // Bytes that differ from their neighbours, so that none can be lost or doubled unnoticed.
    private static byte[] Counting(int messageSize) => [.. Enumerable.Range(1, messageSize - TpmHeader.Size).Select(static i => (byte)i)];
}

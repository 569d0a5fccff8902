using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>Answers TPM2_GetCapability for objects and sessions: a client sees only its own handles.</summary>
internal static class HandleQuery
{
    private const int Size = TpmHeader.Size + 3 * sizeof(uint);
    private const uint Most = (1024 - 2 * sizeof(uint)) / sizeof(uint); // MAX_CAP_HANDLES, with the usual MAX_CAP_BUFFER

    /// <summary>Whether a command asks for such handles and has no sessions, so that the manager can answer in the TPM's place.</summary>
    public static bool Is(ReadOnlySpan<byte> command, TpmHeader header, out uint first, out uint count)
    {
        first = count = 0;
        if (header.Tag != TpmHeader.NoSessions || command.Length != Size)
        {
            return false;
        }

        var reader = new TpmReader(command[TpmHeader.Size..]);
        uint capability = reader.ReadUInt32();
        first = reader.ReadUInt32();
        count = reader.ReadUInt32();
        return capability == (uint)TpmCap.Handles && (TpmHt)(first >> 24) is TpmHt.Transient or TpmHt.HmacSession or TpmHt.PolicySession;
    }

    /// <summary>Writes the response.</summary>
    /// <param name="handles">The client's handles of that kind, in ascending order.</param>
    /// <param name="first">The first handle that is asked for.</param>
    /// <param name="count">How many are asked for.</param>
    /// <param name="response">The buffer for the response.</param>
    /// <returns>The response's length.</returns>
    public static int Answer(IEnumerable<uint> handles, uint first, uint count, Span<byte> response)
    {
        uint[] listed = [.. handles.Where(h => (h & 0xFFFFFF) >= (first & 0xFFFFFF))];
        int given = (int)Math.Min(Math.Min(count, Most), (uint)listed.Length);
        var writer = new TpmWriter(response[TpmHeader.Size..]);
        writer.WriteYesNo(given < listed.Length);
        writer.WriteUInt32((uint)TpmCap.Handles);
        writer.WriteUInt32((uint)given);
        foreach (uint handle in listed.AsSpan(0, given))
        {
            writer.WriteUInt32(handle);
        }

        int length = TpmHeader.Size + writer.Position;
        new TpmHeader(TpmHeader.NoSessions, (uint)length, TpmRc.Success).Write(response);
        return length;
    }
}

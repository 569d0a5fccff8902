using System.Buffers.Binary;
using System.Diagnostics;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>The commands that the resource manager itself sends, without sessions.</summary>
internal sealed class ManagerCommands(ITpmTransport tpm)
{
    private readonly byte[] _command = new byte[tpm.Info.MaxCommandSize];
    private readonly byte[] _response = new byte[tpm.Info.MaxResponseSize];
    private int _length = TpmHeader.Size;

    /// <summary>The total time that these commands took.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>The last response, without its header.</summary>
    public ReadOnlySpan<byte> Answer => _response.AsSpan(TpmHeader.Size, _length - TpmHeader.Size);

    /// <summary>The handle at the start of the last response.</summary>
    public uint AnsweredHandle => BinaryPrimitives.ReadUInt32BigEndian(Answer);

    /// <summary>Sends a command that has one UINT32 as its parameter or handle.</summary>
    /// <returns>The response code.</returns>
    public uint Send(TpmCc code, uint value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(word, value);
        return Send(code, word);
    }

    /// <summary>Sends a command.</summary>
    /// <returns>The response code.</returns>
    public uint Send(TpmCc code, ReadOnlySpan<byte> body)
    {
        int size = TpmHeader.Size + body.Length;
        new TpmHeader(TpmHeader.NoSessions, (uint)size, (uint)code).Write(_command);
        body.CopyTo(_command.AsSpan(TpmHeader.Size));
        return Send(_command.AsSpan(0, size));
    }

    /// <summary>Sends a complete command.</summary>
    /// <returns>The response code.</returns>
    public uint Send(ReadOnlySpan<byte> command)
    {
        long start = Stopwatch.GetTimestamp();
        _length = tpm.Transmit(command, _response);
        Time += Stopwatch.GetElapsedTime(start);
        return TpmHeader.Read(_response).Code;
    }

    /// <summary>Flushes an object or a session.</summary>
    public void Flush(uint handle) => Send(TpmCc.FlushContext, handle);

    /// <summary>Reads a property (TPM_CAP_TPM_PROPERTIES); null if the TPM does not have it.</summary>
    public uint? Property(TpmPt property)
    {
        if (GetCapability(TpmCap.TpmProperties, (uint)property, 1) != TpmRc.Success)
        {
            return null;
        }

        var reader = new TpmReader(Answer);
        reader.ReadBytes(sizeof(byte) + sizeof(uint)); // moreData, capability
        return reader.ReadCount(1, 2 * sizeof(uint)) == 1 && reader.ReadUInt32() == (uint)property ? reader.ReadUInt32() : null;
    }

    /// <summary>Reads the handles of one kind that the TPM has.</summary>
    /// <returns>Whether the TPM listed them. A TPM that waits for Startup does not.</returns>
    public bool TryReadHandles(TpmHt kind, out HashSet<uint> handles)
    {
        var list = new List<uint>();
        uint first = (uint)kind << 24;
        bool isKnown;
        while ((isKnown = TryReadList(TpmCap.Handles, first, list, out bool more)) && more)
        {
            first = (uint)kind << 24 | ManagedSession.Number(list[^1]) + 1; // saved sessions are listed as loaded ones
        }

        handles = [.. list];
        return isKnown;
    }

    /// <summary>Reads the commands that the TPM has (TPM_CAP_COMMANDS). A TPM that waits for Startup lists none.</summary>
    public List<uint> Commands()
    {
        var commands = new List<uint>();
        uint first = 0;
        while (TryReadList(TpmCap.Commands, first, commands, out bool more) && more)
        {
            first = (uint)new TpmaCc(commands[^1]).CommandCode + 1;
        }

        return commands;
    }

    private bool TryReadList(TpmCap capability, uint first, List<uint> list, out bool more)
    {
        const uint Many = 64;
        more = false;
        if (GetCapability(capability, first, Many) != TpmRc.Success)
        {
            return false;
        }

        var reader = new TpmReader(Answer);
        bool goesOn = reader.ReadYesNo();
        reader.ReadUInt32();
        int count = reader.ReadCount((int)Many, sizeof(uint));
        for (int i = 0; i < count; i++)
        {
            list.Add(reader.ReadUInt32());
        }

        more = goesOn && count > 0;
        return true;
    }

    private uint GetCapability(TpmCap capability, uint first, uint count)
    {
        Span<byte> body = stackalloc byte[3 * sizeof(uint)];
        var writer = new TpmWriter(body);
        writer.WriteUInt32((uint)capability);
        writer.WriteUInt32(first);
        writer.WriteUInt32(count);
        return Send(TpmCc.GetCapability, body);
    }
}

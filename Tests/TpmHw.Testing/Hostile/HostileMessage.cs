using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Testing.Hostile;

/// <summary>A session of a command, as it crosses the wire (TPMS_AUTH_COMMAND; Part 2, 10.13.2).</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Handle">Its handle, or TPM_RS_PW.</param>
/// <param name="Nonce">The caller's nonce.</param>
/// <param name="HmacSize">The size of its HMAC.</param>
public sealed record HostileSession(int At, uint Handle, byte[] Nonce, int HmacSize);

/// <summary>A command or a response, taken apart as far as an attacker can: handles, sessions, parameters (Part 1, 18).</summary>
public sealed class HostileMessage
{
    private HostileMessage(byte[] bytes, TpmCommandInfo info) => (Bytes, Info) = (bytes, info);

    /// <summary>The message.</summary>
    public byte[] Bytes { get; }

    /// <summary>What the specification says of the command.</summary>
    public TpmCommandInfo Info { get; }

    /// <summary>The command code, or the response code.</summary>
    public uint Code => TpmHeader.Read(Bytes).Code;

    /// <summary>Whether it has an authorization area.</summary>
    public bool HasSessions => TpmHeader.Read(Bytes).Tag == TpmHeader.Sessions;

    /// <summary>Where its handles stand.</summary>
    public IReadOnlyList<int> HandlesAt { get; private init; } = [];

    /// <summary>The sessions; only a command's.</summary>
    public IReadOnlyList<HostileSession> Sessions { get; private init; } = [];

    /// <summary>Where the parameters begin.</summary>
    public int ParametersAt { get; private init; }

    /// <summary>Where the parameters end.</summary>
    public int ParametersEnd { get; private init; }

    /// <summary>The parameters.</summary>
    public ReadOnlySpan<byte> Parameters => Bytes.AsSpan(ParametersAt..ParametersEnd);

    /// <summary>What a command is; null if it is none.</summary>
    public static TpmCommandInfo? InfoOf(ReadOnlySpan<byte> command) =>
        CommandCodec.All.TryGetValue((TpmCc)TpmHeader.Read(command).Code, out CommandCodec? codec) ? codec.Info : null;

    /// <summary>A command; null if it can't be taken apart.</summary>
    public static HostileMessage? OfCommand(byte[] bytes)
    {
        if (InfoOf(bytes) is not { } info)
        {
            return null;
        }

        int at = TpmHeader.Size + info.Handles * sizeof(uint);
        int[] handles = [.. Enumerable.Range(0, info.Handles).Select(static i => TpmHeader.Size + i * sizeof(uint))];
        var sessions = new List<HostileSession>();
        try
        {
            if (TpmHeader.Read(bytes).Tag == TpmHeader.Sessions)
            {
                int end = at + sizeof(uint) + (int)ReadUInt32(bytes, at);
                at += sizeof(uint);
                while (at < end)
                {
                    var reader = new TpmReader(bytes.AsSpan(at..end));
                    uint handle = reader.ReadUInt32();
                    byte[] nonce = reader.ReadSized().ToArray();
                    reader.ReadUInt8();
                    int hmac = reader.ReadSized().Length;
                    sessions.Add(new(at, handle, nonce, hmac));
                    at += reader.Position;
                }
            }
        }
        catch (Exception e) when (e is TpmFormatException or ArgumentException)
        {
            return null;
        }

        return new(bytes, info) { HandlesAt = handles, Sessions = sessions, ParametersAt = at, ParametersEnd = bytes.Length };
    }

    /// <summary>A successful response; null if it is none, or can't be taken apart.</summary>
    public static HostileMessage? OfResponse(byte[] bytes, TpmCommandInfo info)
    {
        TpmHeader header = TpmHeader.Read(bytes);
        int at = TpmHeader.Size + info.ResponseHandles * sizeof(uint);
        bool hasSessions = header.Tag == TpmHeader.Sessions;
        if (header.Code != 0 || bytes.Length < at + (hasSessions ? sizeof(uint) : 0))
        {
            return null;
        }

        int[] handles = [.. Enumerable.Range(0, info.ResponseHandles).Select(static i => TpmHeader.Size + i * sizeof(uint))];
        int start = hasSessions ? at + sizeof(uint) : at;
        int end = hasSessions ? start + (int)ReadUInt32(bytes, at) : bytes.Length;
        return end < start || end > bytes.Length ? null : new(bytes, info) { HandlesAt = handles, ParametersAt = start, ParametersEnd = end };
    }

    /// <summary>A successful response, put together.</summary>
    /// <param name="handles">The handle area.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="sessions">The authorization area; null for a response without sessions.</param>
    public static byte[] Success(ReadOnlySpan<byte> handles, ReadOnlySpan<byte> parameters, byte[]? sessions = null)
    {
        byte[] size = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(size, parameters.Length);
        return sessions is null
            ? RawCommands.Command(TpmHeader.NoSessions, TpmRc.Success, [.. handles, .. parameters])
            : RawCommands.Command(TpmHeader.Sessions, TpmRc.Success, [.. handles, .. size, .. parameters, .. sessions]);
    }

    /// <summary>Four bytes of a message as a number.</summary>
    public static uint ReadUInt32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    /// <summary>A copy of the message with another number at a place.</summary>
    public byte[] With(int at, uint value)
    {
        byte[] copy = [.. Bytes];
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(at), value);
        return copy;
    }
}

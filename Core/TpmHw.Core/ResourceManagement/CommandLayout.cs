using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>Where a command has its handles and sessions (Part 1, 18): all that a resource manager has to know of it.</summary>
internal readonly ref struct CommandLayout
{
    /// <summary>The most handles and sessions that a command has.</summary>
    public const int MostHandles = 7 + MaxSessions; // cHandles of TPMA_CC has three bits

    private const int MaxSessions = 3;
    private const byte ContinueSession = 1;

    private readonly ReadOnlySpan<byte> _command;
    private readonly int _sessionsEnd;

    private CommandLayout(ReadOnlySpan<byte> command, int handles, int sessionsEnd)
    {
        _command = command;
        Handles = handles;
        _sessionsEnd = sessionsEnd;
    }

    /// <summary>How many handles it has.</summary>
    public int Handles { get; }

    /// <summary>Where the parameters begin.</summary>
    public int Parameters => _sessionsEnd > 0 ? _sessionsEnd : HandleAt(Handles);

    /// <summary>Where a handle stands.</summary>
    public static int HandleAt(int index) => TpmHeader.Size + index * sizeof(uint);

    /// <summary>Finds them.</summary>
    /// <returns>The response code for a command in which they can't be found; otherwise success.</returns>
    public static uint Find(ReadOnlySpan<byte> command, int handles, out CommandLayout layout)
    {
        int start = HandleAt(handles);
        layout = new(command, handles, 0);
        if (start > command.Length)
        {
            return TpmRc.CommandSize;
        }

        if (TpmHeader.Read(command).Tag != TpmHeader.Sessions)
        {
            return TpmRc.Success;
        }

        if (start + sizeof(uint) > command.Length)
        {
            return TpmRc.AuthSize;
        }

        uint size = BinaryPrimitives.ReadUInt32BigEndian(command[start..]);
        start += sizeof(uint);
        if (size > (uint)(command.Length - start))
        {
            return TpmRc.AuthSize;
        }

        layout = new(command, handles, start + (int)size);
        int count = 0;
        foreach (SessionPlace session in layout.Sessions)
        {
            if (session.End < 0 || ++count > MaxSessions)
            {
                return TpmRc.AuthSize;
            }
        }

        return TpmRc.Success;
    }

    /// <summary>A handle's value.</summary>
    public uint Handle(int index) => BinaryPrimitives.ReadUInt32BigEndian(_command[HandleAt(index)..]);

    /// <summary>The sessions, passwords included.</summary>
    public SessionEnumerator Sessions => new(_command, _sessionsEnd == 0 ? 0 : HandleAt(Handles) + sizeof(uint), _sessionsEnd);

    /// <summary>A session of a command.</summary>
    /// <param name="Handle">Its handle.</param>
    /// <param name="Continues">Whether it is there after the command (continueSession, Part 2, 8.4).</param>
    /// <param name="End">Where the next one begins; below 0 where this one is not whole.</param>
    internal readonly record struct SessionPlace(uint Handle, bool Continues, int End);

    /// <summary>Goes through the sessions: handle, nonce, attributes, HMAC (TPMS_AUTH_COMMAND, Part 2, 10.13.2).</summary>
    internal ref struct SessionEnumerator(ReadOnlySpan<byte> command, int start, int end)
    {
        private readonly ReadOnlySpan<byte> _command = command;
        private int _next = start;

        public SessionPlace Current { get; private set; }

        public readonly SessionEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_next < 0 || _next >= end)
            {
                return false;
            }

            var reader = new TpmReader(_command[_next..end]);
            try
            {
                uint handle = reader.ReadUInt32();
                reader.ReadSized();
                byte attributes = reader.ReadUInt8();
                reader.ReadSized();
                _next += reader.Position;
                Current = new(handle, (attributes & ContinueSession) != 0, _next);
            }
            catch (TpmFormatException)
            {
                _next = -1;
                Current = new(0, true, -1);
            }

            return true;
        }
    }
}

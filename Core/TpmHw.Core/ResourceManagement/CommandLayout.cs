using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>Where the handles and sessions of a command are (Part 1, 18). A resource manager needs to know no more of it.</summary>
internal readonly ref struct CommandLayout
{
    /// <summary>The largest number of handles and sessions in one command.</summary>
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

    /// <summary>The number of handles.</summary>
    public int Handles { get; }

    /// <summary>The offset of the parameters.</summary>
    public int Parameters => _sessionsEnd > 0 ? _sessionsEnd : HandleAt(Handles);

    /// <summary>The offset of a handle.</summary>
    public static int HandleAt(int index) => TpmHeader.Size + index * sizeof(uint);

    /// <summary>Finds the handles and sessions of a command.</summary>
    /// <returns>Success, or the response code for a malformed command.</returns>
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

    /// <summary>The value of a handle.</summary>
    public uint Handle(int index) => BinaryPrimitives.ReadUInt32BigEndian(_command[HandleAt(index)..]);

    /// <summary>The sessions, passwords included.</summary>
    public SessionEnumerator Sessions => new(_command, _sessionsEnd == 0 ? 0 : HandleAt(Handles) + sizeof(uint), _sessionsEnd);

    /// <summary>A session of a command.</summary>
    /// <param name="Handle">Its handle.</param>
    /// <param name="Continues">Whether the session stays after the command (continueSession, Part 2, 8.4).</param>
    /// <param name="End">The offset of the next session, or -1 if this one is incomplete.</param>
    internal readonly record struct SessionPlace(uint Handle, bool Continues, int End);

    /// <summary>Enumerates the sessions: handle, nonce, attributes, HMAC (TPMS_AUTH_COMMAND, Part 2, 10.13.2).</summary>
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

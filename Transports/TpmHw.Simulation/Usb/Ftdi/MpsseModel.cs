using System.Globalization;

namespace TpmHw.Simulation;

/// <summary>
/// FTDI's engine (MPSSE): takes commands byte after byte, moves lines, and answers (AN 108; AN 135 for what it says to
/// commands that there are not).
/// </summary>
internal sealed class MpsseModel
{
    private const byte BadCommand = 0xFA;
    private const ushort Clock = 1 << 0, Output = 1 << 1, Input = 1 << 2;
    private const int AllBits = 8, MostBytes = 0x10000;

    // A command that moves lines, as others have measured it on an FT232H.
    private const long StepPicoseconds = 500_000;

    // A chip that holds the clock for longer is waited for no more.
    private static readonly TimeSpan s_echoPatience = TimeSpan.FromMilliseconds(500);

    private readonly Queue<byte> _answers = [];
    private readonly byte[] _zeros = new byte[MostBytes];
    private readonly byte[] _input = new byte[MostBytes];
    private readonly FtdiWiring _wiring;
    private readonly bool _canDriveZeroOnly;
    private readonly bool _hasHighByte;
    private byte[] _commands = new byte[4096];
    private int _length; // of what waits among them
    private int _next; // the command after the one that is being executed
    private MpsseModel? _rehearsal;
    private ushort _values;
    private ushort _directions;
    private bool _isBase12MHz = true;
    private int _divisor;
    private bool _hasThreePhases;
    private bool _isAdaptive;

    public MpsseModel(FtdiWiring wiring, bool canDriveZeroOnly, bool hasHighByte)
    {
        _wiring = wiring;
        _canDriveZeroOnly = canDriveZeroOnly;
        _hasHighByte = hasHighByte;
        wiring.Ahead = wiring.IsRehearsal ? null : Rehearse;
    }

    /// <summary>Bytes of answers that wait for the host.</summary>
    public Queue<byte> Answers => _answers;

    /// <summary>Whether they go out at once, and not only when the latency timer runs out.</summary>
    public bool IsFlushed { get; set; }

    /// <summary>Whether it waits for a clock that does not come.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Bytes of a command that is not whole yet.</summary>
    public int Incomplete => _length;

    /// <summary>The clock rate, in hertz.</summary>
    public int ClockHz
    {
        get
        {
            int hertz = (_isBase12MHz ? 12_000_000 : 60_000_000) / (2 * (_divisor + 1));
            return _hasThreePhases ? hertz * 2 / 3 : hertz;
        }
    }

    /// <summary>As after the mode was set: everything is let go.</summary>
    public void Reset()
    {
        _length = 0;
        _answers.Clear();
        IsFlushed = IsStuck = false;
        _values = _directions = 0;
        _isBase12MHz = true;
        _divisor = 0;
        _hasThreePhases = _isAdaptive = false;
        Drive();
    }

    /// <summary>Forgets commands that were not executed.</summary>
    public void ForgetCommands() => _length = 0;

    /// <summary>Takes bytes, and does what they say as far as commands are whole.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _commands.Length)
        {
            Array.Resize(ref _commands, 2 * (_length + bytes.Length));
        }

        bytes.CopyTo(_commands.AsSpan(_length));
        _length += bytes.Length;
        int done = 0;
        while (!IsStuck && done < _length && Length(_commands.AsSpan(done.._length)) is var length && length <= _length - done)
        {
            _next = done + length;
            Execute(_commands.AsSpan(done, length));
            done = _next;
        }

        _commands.AsSpan(done.._length).CopyTo(_commands);
        _length -= done;
        _wiring.Rest();
    }

    /// <summary>Does the commands that are left on other lines, beginning with these as they are.</summary>
    private void Rehearse(FtdiWiring wiring)
    {
        MpsseModel rehearsal = _rehearsal ??= new MpsseModel(wiring, _canDriveZeroOnly, _hasHighByte);
        rehearsal._answers.Clear();
        rehearsal._length = 0;
        (rehearsal._values, rehearsal._directions) = (_values, _directions);
        rehearsal.Take(_commands.AsSpan(_next.._length));
    }

    /// <summary>How many bytes the command has that begins here, as far as that can be told.</summary>
    private static int Length(ReadOnlySpan<byte> bytes)
    {
        byte command = bytes[0];
        if (!IsShift(command))
        {
            return 1 + command switch
            {
                0x80 or 0x82 or 0x86 or 0x8F or 0x9C or 0x9D or 0x9E => 2,
                0x8E => 1,
                _ => 0,
            };
        }

        var shift = new MpsseShift(command);
        if (shift.CountsBits || shift.IsTms)
        {
            return shift.Writes || shift.IsTms ? 3 : 2;
        }

        const int Header = 3;
        return bytes.Length < Header || !shift.Writes ? Header : Header + Count(bytes);
    }

    private static bool IsShift(byte command) => command is >= 0x10 and < 0x40 or (>= 0x40 and < 0x80 and not (0x40 or 0x41));

    private static int Count(ReadOnlySpan<byte> command) => (command[1] | command[2] << 8) + 1;

    private void Execute(ReadOnlySpan<byte> command)
    {
        byte code = command[0];
        if (IsShift(code))
        {
            Shift(new MpsseShift(code), command);
            return;
        }

        switch (code)
        {
            case 0x80:
                Set(isHigh: false, command[1], command[2]);
                break;
            case 0x82 when _hasHighByte:
                Set(isHigh: true, command[1], command[2]);
                break;
            case 0x81:
                Answer((byte)_wiring.Read());
                break;
            case 0x83 when _hasHighByte:
                Answer((byte)(_wiring.Read() >> AllBits));
                break;
            case 0x85:
                break;
            case 0x86:
                _divisor = command[1] | command[2] << 8;
                _wiring.SetClock(ClockHz);
                break;
            case 0x87:
                IsFlushed = true;
                break;
            case 0x8A or 0x8B:
                _isBase12MHz = code == 0x8B;
                _wiring.SetClock(ClockHz);
                break;
            case 0x8C or 0x8D:
                _hasThreePhases = code == 0x8C;
                _wiring.SetClock(ClockHz);
                break;
            case 0x96 or 0x97:
                _isAdaptive = code == 0x96;
                break;
            case 0x9E when _canDriveZeroOnly:
                break; // a line is low here as soon as anybody pulls it
            default:
                if (code is not (0xAA or 0xAB)) // everybody asks for these, to see whether it listens
                {
                    Record(code, "the engine does not have it, or no TPM needs it");
                }

                Answer(BadCommand);
                Answer(code);
                break;
        }
    }

    private void Set(bool isHigh, byte values, byte directions)
    {
        int shift = isHigh ? AllBits : 0;
        int kept = isHigh ? 0x00FF : 0xFF00;
        _values = (ushort)((_values & kept) | values << shift);
        _directions = (ushort)((_directions & kept) | directions << shift);
        _wiring.Pass(StepPicoseconds);
        Drive();
    }

    // A line that is no output is let go.
    private void Drive() => _wiring.Drive((ushort)(_values | ~_directions));

    private void Shift(MpsseShift shift, ReadOnlySpan<byte> command)
    {
        if (shift.IsTms)
        {
            Record(shift.Opcode, "JTAG's way to move ADBUS3");
            return;
        }

        if (shift.CountsBits)
        {
            ShiftBits(shift, shift.Writes ? command[2] : (byte)0, (command[1] & 7) + 1);
            return;
        }

        int count = Count(command);
        ReadOnlySpan<byte> output = shift.Writes ? command.Slice(3, count) : _zeros.AsSpan(0, count);
        Span<byte> input = _input.AsSpan(0, count);
        if (_wiring.Shift(shift, output, input))
        {
            foreach (byte b in shift.Reads ? input : default)
            {
                Answer(b);
            }

            return;
        }

        foreach (byte b in output)
        {
            ShiftBits(shift, b, AllBits);
        }
    }

    /// <summary>Shifts bits: out while the clock is low, in while it is high.</summary>
    private void ShiftBits(MpsseShift shift, byte output, int count)
    {
        if (!shift.IsMode0)
        {
            Record(shift.Opcode, "data on other edges");
        }

        byte input = 0xA5; // what was in the register before
        long half = 500_000_000_000 / ClockHz;
        for (int i = 0; i < count && !IsStuck; i++)
        {
            if (shift.Writes)
            {
                Move(Output, (output & (0x80 >> i)) != 0);
            }

            _wiring.Pass(half);
            Move(Clock, true);
            if (!_wiring.WaitForClock(_isAdaptive ? s_echoPatience : TimeSpan.Zero) && _isAdaptive)
            {
                IsStuck = true;
                return;
            }

            _wiring.Pass(half);
            input = (byte)(input << 1 | ((_wiring.Read() & Input) != 0 ? 1 : 0));
            Move(Clock, false);
        }

        if (shift.Reads)
        {
            Answer(input);
        }
    }

    private void Move(ushort line, bool level)
    {
        _values = (ushort)(level ? _values | line : _values & ~line);
        Drive();
    }

    private void Answer(byte value) => _answers.Enqueue(value);

    private void Record(byte command, string why) =>
        _wiring.Record(TpmRule.EngineCommand, string.Create(CultureInfo.InvariantCulture, $"0x{command:X2}: {why}"));
}

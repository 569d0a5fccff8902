using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.I2c;

namespace TpmHw.Transports.Usb;

/// <summary>An I2C port on an FTDI bridge: SCL on ADBUS0, SDA on ADBUS1 and ADBUS2 together, both with pull-ups.</summary>
/// <remarks>
/// <para>
/// A message goes out whole, in one USB write and one read, with a bit read back for every acknowledgement. That is
/// looked at afterwards: a chip that does not acknowledge takes no notice of what follows, up to the stop. Only a
/// repeated start waits for the acknowledgements before it, since what follows would be read from another register.
/// </para>
/// <para>
/// Lines are let go for high, and driven for low; the data bits of a byte are driven both ways where the chip (other
/// than FT232H) knows no other. The engine clocks on whatever the TPM does, unless ADBUS7 is wired to SCL as well:
/// then it waits while the TPM holds SCL low. Whether it is wired so is found out by moving SCL.
/// </para>
/// </remarks>
internal sealed class FtdiI2cPort : II2cPort
{
    // So that neither of the bridge's buffers (a kilobyte each, the smallest) fills up while the other is waited for.
    private const int BytesPerBatch = 256;

    private const ushort Scl = MpsseI2c.Scl, SdaIn = 1 << FtdiPin.InputNumber, SclEcho = 1 << FtdiPin.ClockEchoNumber;

    private readonly FtdiBridge _bridge;
    private readonly MpsseI2c _message;
    private readonly MpsseI2c _lines;
    private readonly byte _address;
    private readonly byte[] _answers = new byte[2 + (2 * BytesPerBatch)];

    public FtdiI2cPort(FtdiBridge bridge, byte address)
    {
        _bridge = bridge;
        _address = address;
        _message = new MpsseI2c(bridge);
        _lines = new MpsseI2c(bridge);
        bridge.Prepare = Prepare;
        bridge.TurnedOn = LookAtLines;
        Name = string.Create(CultureInfo.InvariantCulture, $"{bridge.Name} at 0x{address:X2}");
    }

    public string Name { get; }

    public TpmClock Clock => _bridge.Time;

    public int ClockHz => _bridge.Clock.Hz;

    public int MaxTransfer => 8192;

    public bool CanCombine => true;

    public FtdiBridge Bridge => _bridge;

    public bool Write(ReadOnlySpan<byte> bytes) => WritePart(bytes, hasStop: true);

    public bool Read(Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length, nameof(bytes));
        return ReadPart(bytes, isRepeated: false);
    }

    public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read)
    {
        ArgumentOutOfRangeException.ThrowIfZero(read.Length, nameof(read));
        return WritePart(written, hasStop: false) && ReadPart(read, isRepeated: true);
    }

    public void Dispose() => _bridge.Dispose();

    private bool WritePart(ReadOnlySpan<byte> bytes, bool hasStop)
    {
        _message.Start(isRepeated: false);
        _message.PutByte((byte)(_address << 1));
        for (bool isFirst = true; ; isFirst = false)
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, BytesPerBatch)];
            bytes = bytes[piece.Length..];
            foreach (byte b in piece)
            {
                _message.PutByte(b);
            }

            bool stops = bytes.IsEmpty && hasStop;
            if (stops)
            {
                _message.Stop();
            }

            ReadOnlySpan<byte> answers = Run(isFirst);
            bool isAcknowledged = true;
            foreach (byte answer in answers)
            {
                isAcknowledged &= IsAcknowledged(answer);
            }

            if (!isAcknowledged && !stops)
            {
                _message.Stop();
                Run(isFirst: false);
            }

            if (!isAcknowledged || bytes.IsEmpty)
            {
                return isAcknowledged;
            }
        }
    }

    private bool ReadPart(Span<byte> bytes, bool isRepeated)
    {
        const byte ReadBit = 1;
        _message.Start(isRepeated);
        _message.PutByte((byte)(_address << 1 | ReadBit));
        for (bool isFirst = true; !bytes.IsEmpty; isFirst = false)
        {
            Span<byte> piece = bytes[..Math.Min(bytes.Length, BytesPerBatch)];
            bytes = bytes[piece.Length..];
            for (int i = 0; i < piece.Length; i++)
            {
                _message.GetByte(isLast: bytes.IsEmpty && i == piece.Length - 1);
            }

            if (bytes.IsEmpty)
            {
                _message.Stop();
            }

            ReadOnlySpan<byte> answers = isFirst ? Run(isFirst: !isRepeated, isRepeated) : Run(isFirst: false);
            bool isAcknowledged = !isFirst || IsAcknowledged(answers[0]);
            answers[(isFirst ? 1 : 0)..].CopyTo(piece);
            _answers.AsSpan().Clear();
            if (!isAcknowledged)
            {
                if (!bytes.IsEmpty)
                {
                    _message.Stop();
                    Run(isFirst: false);
                }

                return false;
            }
        }

        return true;
    }

    /// <summary>Runs what there is.</summary>
    /// <param name="isFirst">Whether it begins with a look at the idle lines.</param>
    /// <param name="goesOn">Whether the lines are as an earlier batch has left them.</param>
    /// <returns>The answers, without that look.</returns>
    private ReadOnlySpan<byte> Run(bool isFirst, bool goesOn = false)
    {
        Span<byte> answers = _answers.AsSpan(0, _message.Batch.Answers);
        _bridge.Run(_message.Batch, answers, goesOn || !isFirst);
        if (!isFirst)
        {
            return answers;
        }

        if ((answers[0] & (Scl | SdaIn)) != (Scl | SdaIn))
        {
            _bridge.LetGo();
            throw FtdiError.StuckLow(Name, (answers[0] & Scl) != 0, (answers[0] & SdaIn) != 0);
        }

        return answers[1..];
    }

    private static bool IsAcknowledged(byte answer) => (answer & 1) == 0;

    private void Prepare(MpsseBatch batch)
    {
        if (_bridge.Chip.CanDriveZeroOnly)
        {
            batch.OpenDrain(MpsseI2c.Scl | MpsseI2c.Sda);
        }
    }

    /// <summary>Finds out whether ADBUS7 follows the clock, and makes a chip let go of SDA that was stopped in the middle of a byte (UM10204, 3.1.16).</summary>
    private void LookAtLines()
    {
        _lines.Hold(scl: false, sda: true);
        _lines.Batch.AskLow();
        _lines.Hold(scl: true, sda: true);
        _lines.Batch.AskLow();
        Span<byte> levels = stackalloc byte[2];
        _bridge.Run(_lines.Batch, levels);
        bool isSclFree = (levels[1] & Scl) != 0, isSdaFree = (levels[1] & SdaIn) != 0;
        if (isSclFree && !isSdaFree)
        {
            _lines.NineClocks();
            _lines.Stop();
        }

        if (((levels[0] ^ levels[1]) & SclEcho) != 0 && isSclFree)
        {
            _lines.Batch.WaitForEcho();
        }

        _bridge.Run(_lines.Batch, default);
    }
}

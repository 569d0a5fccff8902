namespace TpmHw.Transports.Usb;

/// <summary>What I2C is made of, as commands of the engine. The lines of the bridge beside it stay as they are.</summary>
internal sealed class MpsseI2c(FtdiBridge bridge)
{
    public const ushort Scl = 1 << FtdiPin.ClockNumber, Sda = 1 << FtdiPin.OutputNumber;

    // What a command that moves lines takes, as others have measured it on an FT232H.
    private const double StepSeconds = 0.5e-6;

    private readonly int _steps = (int)Math.Ceiling(0.5 / bridge.Clock.Hz / StepSeconds); // in half a bit

    /// <summary>The commands.</summary>
    public MpsseBatch Batch { get; } = new();

    /// <summary>Nine clocks without data, after which whoever was in the middle of a byte has let go.</summary>
    public void NineClocks()
    {
        const int BitsOfByte = 8;
        Lines(scl: false, sda: true);
        Batch.WriteBits(0xFF, BitsOfByte);
        Batch.WriteBits(0xFF, 1);
    }

    /// <summary>A start, after a look at the lines where it is not repeated; the clock is low then.</summary>
    public void Start(bool isRepeated)
    {
        if (isRepeated)
        {
            Lines(scl: false, sda: true);
            Hold(scl: true, sda: true);
        }
        else
        {
            Batch.AskLow();
        }

        Hold(scl: true, sda: false);
        Hold(scl: false, sda: false);
    }

    /// <summary>A stop; the lines are idle then.</summary>
    public void Stop()
    {
        Hold(scl: false, sda: false);
        Hold(scl: true, sda: false);
        Hold(scl: true, sda: true);
    }

    /// <summary>A byte out, and its acknowledgement as an answer.</summary>
    public void PutByte(byte value)
    {
        Lines(scl: false, sda: false);
        Batch.Write(value);
        Lines(scl: false, sda: true);
        Batch.ReadBit();
    }

    /// <summary>A byte in, acknowledged if another one is to come.</summary>
    public void GetByte(bool isLast)
    {
        Lines(scl: false, sda: true);
        Batch.Read();
        Lines(scl: false, sda: isLast);
        Batch.WriteBits(isLast ? (byte)0xFF : (byte)0, 1);
    }

    /// <summary>Leaves the lines so for half a bit.</summary>
    public void Hold(bool scl, bool sda)
    {
        for (int i = 0; i < _steps; i++)
        {
            Lines(scl, sda);
        }
    }

    /// <summary>Lets the lines go, or pulls them down.</summary>
    private void Lines(bool scl, bool sda)
    {
        int high = (scl ? Scl : 0) | (sda ? Sda : 0);
        int low = (Scl | Sda) & ~high;
        Batch.Low((ushort)(bridge.Levels | high), (ushort)(bridge.Outputs | low));
    }
}

using System.Globalization;
using TpmHw.Transports.Gpio;

namespace TpmHw.Simulation;

/// <summary>A TPM on the SPI lines of a bridge, with RST# on ADBUS4 and PIRQ# on ADBUS5.</summary>
internal sealed class SpiOnFtdi(FifoModel tpm, SpiModelPort spi, IGpioLine interrupt) : FtdiWiring(tpm)
{
    private const ushort Clock = 1 << 0, Input = 1 << 2, ChipSelect = 1 << 3, Reset = 1 << 4, Interrupt = 1 << 5;

    private ushort _levels = ushort.MaxValue;
    private bool _hasFrame;

    private bool IsSelected => (_levels & ChipSelect) == 0;

    public override void Drive(ushort levels)
    {
        int changed = _levels ^ levels;
        _levels = levels;
        if ((changed & Reset) != 0)
        {
            Tpm.SetReset((levels & Reset) == 0);
        }

        if ((changed & ChipSelect) != 0)
        {
            if (!IsSelected)
            {
                Rest(isOver: true);
            }
            else if ((levels & Clock) != 0)
            {
                Record(TpmRule.ClockMode, "the clock is high where chip select falls");
            }
        }
        else if (IsSelected && (changed & Clock) != 0)
        {
            Record(TpmRule.ClockMode, "a clock edge beside the data's");
        }
    }

    public override ushort Read()
    {
        ushort levels = (ushort)(_levels | Input);
        return interrupt.Level ? levels : (ushort)(levels & ~Interrupt);
    }

    public override void SetClock(int hertz) => spi.SetClock(hertz);

    public override bool Shift(MpsseShift shift, ReadOnlySpan<byte> output, Span<byte> input)
    {
        if (!shift.IsMode0 || (_levels & Clock) != 0)
        {
            Record(TpmRule.ClockMode, string.Create(CultureInfo.InvariantCulture, $"command 0x{shift.Opcode:X2} with the clock {((_levels & Clock) != 0 ? "high" : "low")} before"));
        }

        if (!IsSelected)
        {
            Record(TpmRule.ClockedUnselected, $"{output.Length} bytes");
            input.Fill(0xFF);
            return true;
        }

        if ((_levels & Reset) == 0)
        {
            input.Fill(0xFF); // nobody drives MISO
            return true;
        }

        _hasFrame = true;
        spi.Exchange(output, input, hold: true);
        return true;
    }

    public override void Rest() => Rest(isOver: false);

    /// <summary>A chip select that nothing is clocked under can wake a chip.</summary>
    private void Rest(bool isOver)
    {
        if (!_hasFrame && (isOver || IsSelected))
        {
            _hasFrame = true;
            spi.Exchange([], [], hold: true);
        }

        if (isOver)
        {
            _hasFrame = false;
            spi.Deselect();
        }
    }
}

using TpmHw.Transport;
using TpmHw.Transports.Gpio;

namespace TpmHw.Transports.Usb;

/// <summary>A line of an FTDI bridge beside its bus. It lives as long as the port, and is used by the port's caller only.</summary>
/// <remarks>Bridges tell nothing by themselves: a fall is noticed by asking, so that one that is over between two looks is not seen.</remarks>
internal sealed class FtdiLine : IGpioLine
{
    // A look takes a turn of USB; in between there is time for others.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);

    private readonly FtdiBridge _bridge;
    private readonly FtdiPin _pin;
    private readonly bool _isOutput;
    private readonly MpsseBatch _batch = new();
    private readonly byte[] _answer = new byte[1];

    /// <summary>Takes a line; an output is high from the bridge's next batch on.</summary>
    public FtdiLine(FtdiBridge bridge, FtdiPin pin, bool isOutput)
    {
        _bridge = bridge;
        _pin = pin;
        _isOutput = isOutput;
        if (isOutput)
        {
            bridge.Levels |= pin.Mask;
            bridge.Outputs |= pin.Mask;
        }
    }

    public string Name => $"{_bridge.Name} {_pin}";

    public bool Level
    {
        get
        {
            if (_isOutput)
            {
                return (_bridge.Levels & _pin.Mask) != 0;
            }

            if (_pin.IsHigh)
            {
                _batch.AskHigh();
            }
            else
            {
                _batch.AskLow();
            }

            _bridge.Run(_batch, _answer);
            return (_answer[0] & (1 << (_pin.Number % 8))) != 0;
        }

        set
        {
            if (!_isOutput)
            {
                throw new NotSupportedException($"{Name} is an input.");
            }

            ushort levels = (ushort)(value ? _bridge.Levels | _pin.Mask : _bridge.Levels & ~_pin.Mask);
            if (_pin.IsHigh)
            {
                _batch.High(levels, _bridge.Outputs);
            }
            else
            {
                _batch.Low(levels, _bridge.Outputs);
            }

            _bridge.Run(_batch, default);
            _bridge.Levels = levels;
        }
    }

    public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken)
    {
        if (_isOutput)
        {
            throw new NotSupportedException($"{Name} is an output.");
        }

        // A line that is low has fallen: whoever pulls it does so until he is heard.
        for (var deadline = Deadline.After(time, _bridge.Time); ; _bridge.Time.Wait(s_look < deadline.Remaining ? s_look : deadline.Remaining, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Level)
            {
                return true;
            }

            if (deadline.HasPassed)
            {
                return false;
            }
        }
    }

    public void Dispose()
    {
        // It goes with the port.
    }
}

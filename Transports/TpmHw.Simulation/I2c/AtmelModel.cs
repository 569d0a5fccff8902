using System.Globalization;
using TpmHw.Transports.Registers;
using TpmHw.Wire;

namespace TpmHw.Simulation;

/// <summary>
/// Atmel AT97SC3204T, a TPM 1.2 without registers: one message is a command, and once the TPM acknowledges a read, that
/// is the response from its start (Linux tpm_i2c_atmel). There is no locality, and nothing ends a command.
/// </summary>
public sealed class AtmelModel : TpmModel, II2cChip
{
    private static readonly TimeSpan s_powerUpTime = TimeSpan.FromMilliseconds(1);

    private Step _step;
    private bool _isRead;
    private bool _isNoticed;
    private bool _wasReadToItsEnd;
    private int _index;
    private TimeSpan _done;
    private TimeSpan _poweredAt;

    /// <summary>Makes a TPM that was just powered.</summary>
    /// <param name="tpm">What executes the commands; disposed with the model.</param>
    /// <param name="clock">The clock to run on; null for a new one.</param>
    public AtmelModel(ITpmTransport tpm, VirtualClock? clock = null)
        : base(TpmFamily.Tpm12, tpm, TpmTransportInfo.UsualSize, clock) => _poweredAt = Clock.Now + s_powerUpTime;

    private enum Step
    {
        Idle,
        Execution,
        Completion,
    }

    /// <summary>The name in a connection string.</summary>
    public static string Name => "at97sc3204t";

    /// <summary>What the model rests on.</summary>
    public static string Source => "Linux tpm_i2c_atmel; address 0x29 is the usual one";

    /// <inheritdoc/>
    public override string ProfileName => Name;

    /// <inheritdoc/>
    public override FaultPhase Phase => _step switch
    {
        Step.Execution => FaultPhase.Execute,
        Step.Completion => _wasReadToItsEnd ? FaultPhase.Finish : FaultPhase.Receive,
        _ => FaultPhase.Send,
    };

    TpmModel II2cChip.Model => this;

    I2cTraits II2cChip.Traits { get; } = new() { Address = 0x29, MaxClockHz = 100_000, MaxMessage = TpmTransportInfo.UsualSize };

    void II2cChip.Settle() => Settle();

    bool II2cChip.IsBusy(bool isRead)
    {
        if (isRead)
        {
            Counters.StatusReads++;
            Counters.BusyPolls += _step == Step.Execution ? 1 : 0;
        }

        return Clock.Now < _poweredAt || _step == Step.Execution || (isRead && _step == Step.Idle);
    }

    void II2cChip.Begin(bool isRead, int length)
    {
        _isRead = isRead;
        _index = 0;
        if (!isRead)
        {
            _step = Step.Idle;
            Engine.Clear();
        }
    }

    void II2cChip.Take(byte value) => Engine.Take(Faults.Pass(FaultKind.CommandDamaged, Engine.CommandLength, value));

    // Past its end there are ones; drivers that don't know its length yet read that far.
    byte II2cChip.Give()
    {
        int index = _index++;
        return index < Engine.ResponseLength ? Faults.Pass(FaultKind.ResponseDamaged, index, Engine.Give(index)) : (byte)0xFF;
    }

    void II2cChip.End()
    {
        if (!_isRead)
        {
            Start();
        }
        else
        {
            _wasReadToItsEnd |= _index >= Engine.ResponseLength;
            if (!_isNoticed)
            {
                _isNoticed = true;
                Counters.Noticed(Clock.Now - _done);
            }
        }

        Settle();
    }

    private void Start()
    {
        if (!Engine.IsWhole)
        {
            Rules.Record(TpmRule.MalformedMessage, -1, (int)TpmRegister.DataFifo, string.Create(
                CultureInfo.InvariantCulture, $"{Engine.CommandLength} bytes are not one command"));
        }

        if (Engine.CommandLength >= TpmHeader.Size)
        {
            _step = Step.Execution;
            _done = Clock.Now + ExecutionTime(Engine.Command);
            Counters.Started(Engine.CommandCode);
        }
    }

    private protected override void SettleState(TimeSpan now)
    {
        if (_step == Step.Execution && now >= _done && !Faults.IsOn(FaultKind.Hang))
        {
            Engine.Execute(0);
            Engine.Spoil(Faults);
            _step = Step.Completion;
            _isNoticed = _wasReadToItsEnd = false;
        }
    }

    private protected override void Reset(TimeSpan delay, bool unexpected)
    {
        _step = Step.Idle;
        Engine.Reset();
        _poweredAt = Clock.Now + s_powerUpTime + delay;
    }
}

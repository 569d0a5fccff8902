using System.Globalization;
using TpmHw.Transports.Registers;
using TpmHw.Wire;

namespace TpmHw.Simulation;

/// <summary>
/// Atmel AT97SC3204T, a TPM 1.2 without registers: one message is a command, and once the TPM acknowledges a read, that
/// is the response from its start (Linux tpm_i2c_atmel). There is no locality, and nothing ends a command.
/// </summary>
public sealed class AtmelModel : ITpmModel, II2cChip
{
    private static readonly TimeSpan s_powerUpTime = TimeSpan.FromMilliseconds(1);

    private readonly CommandEngine _engine;
    private readonly FaultBoard _faults = new();
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
    {
        ArgumentNullException.ThrowIfNull(tpm);
        Clock = clock ?? new VirtualClock();
        Rules = new RuleBook(Clock);
        _engine = new CommandEngine(tpm, Family, TpmTransportInfo.UsualSize);
        _faults.Switched = OnFault;
        _poweredAt = Clock.Now + s_powerUpTime;
    }

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
    public string ProfileName => Name;

    /// <inheritdoc/>
    public TpmFamily Family => TpmFamily.Tpm12;

    /// <inheritdoc/>
    public VirtualClock Clock { get; }

    /// <inheritdoc/>
    public RuleBook Rules { get; }

    /// <inheritdoc/>
    public BusCounters Counters { get; } = new();

    /// <inheritdoc/>
    public ExecutionTime ExecutionTime { get; set; } = ExecutionTimes.Fixed(TimeSpan.Zero);

    /// <inheritdoc/>
    public bool FaultsHaveBegun => _faults.HasBegun;

    /// <inheritdoc/>
    public FaultPhase Phase => _step switch
    {
        Step.Execution => FaultPhase.Execute,
        Step.Completion => _wasReadToItsEnd ? FaultPhase.Finish : FaultPhase.Receive,
        _ => FaultPhase.Send,
    };

    ITpmModel II2cChip.Model => this;

    I2cTraits II2cChip.Traits { get; } = new() { Address = 0x29, MaxClockHz = 100_000, MaxMessage = TpmTransportInfo.UsualSize };

    FaultBoard II2cChip.Faults => _faults;

    /// <inheritdoc/>
    public void Inject(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _faults.Add(fault);
        Settle();
    }

    /// <inheritdoc/>
    public void ClearFaults()
    {
        _faults.Clear();
        Settle();
    }

    /// <inheritdoc/>
    public void Reset() => Reset(TimeSpan.Zero);

    /// <summary>Disposes the TPM behind it.</summary>
    public void Dispose() => _engine.Dispose();

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
            _engine.Clear();
        }
    }

    void II2cChip.Take(byte value) => _engine.Take(_faults.Pass(FaultKind.CommandDamaged, _engine.CommandLength, value));

    // Past its end there are ones; drivers that don't know its length yet read that far.
    byte II2cChip.Give()
    {
        int index = _index++;
        return index < _engine.ResponseLength ? _faults.Pass(FaultKind.ResponseDamaged, index, _engine.Give(index)) : (byte)0xFF;
    }

    void II2cChip.End()
    {
        if (!_isRead)
        {
            Start();
        }
        else
        {
            _wasReadToItsEnd |= _index >= _engine.ResponseLength;
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
        if (!_engine.IsWhole)
        {
            Rules.Record(TpmRule.MalformedMessage, -1, (int)TpmRegister.DataFifo, string.Create(
                CultureInfo.InvariantCulture, $"{_engine.CommandLength} bytes are not one command"));
        }

        if (_engine.CommandLength >= TpmHeader.Size)
        {
            _step = Step.Execution;
            _done = Clock.Now + ExecutionTime(_engine.Command);
            Counters.Started(_engine.CommandCode);
        }
    }

    private void Settle()
    {
        TimeSpan now = Clock.Now;
        _faults.Settle(Phase, now);
        if (_step == Step.Execution && now >= _done && !_faults.IsOn(FaultKind.Hang))
        {
            _engine.Execute(0);
            _engine.Spoil(_faults);
            _step = Step.Completion;
            _isNoticed = _wasReadToItsEnd = false;
        }

        _faults.Settle(Phase, now);
        Rules.DuringFault = _faults.HasBegun;
    }

    private void Reset(TimeSpan delay)
    {
        _step = Step.Idle;
        _engine.Reset();
        _poweredAt = Clock.Now + s_powerUpTime + delay;
    }

    private void OnFault(Fault fault, bool begins)
    {
        if (begins && fault.Kind == FaultKind.Reset)
        {
            Reset(TimeSpan.FromMicroseconds(fault.Value));
        }
    }
}

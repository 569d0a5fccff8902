namespace TpmHw.Transports.Registers;

/// <summary>
/// The TPM's interrupt line, where there is one. It only ever makes the driver look earlier than the schedule says,
/// so that a line that is wired wrongly costs time and nothing else; after a few commands in which it did not fire, or
/// fired for nothing, it is given up.
/// </summary>
internal sealed class InterruptLine(FifoPort port, TpmIntfCapability capability)
{
    private const int MostMisses = 3;
    private const int MostFalseAlarms = 3;

    private readonly bool _exists = port.Bus.HasInterruptLine && capability.HasDataAvailInterrupt;
    private bool _enabled;
    private int _misses;
    private int _falseAlarms;
    private bool _waited;
    private bool _fired;

    /// <summary>Whether waiting on it makes sense now.</summary>
    public bool IsUsable => _enabled && _falseAlarms < MostFalseAlarms;

    /// <summary>Whether it has proved itself, so that the schedule is only a safety net.</summary>
    public bool IsTrusted { get; private set; }

    /// <summary>Takes back what an earlier driver enabled; interrupts that nobody serves can stop the machine.</summary>
    public void Disable()
    {
        var enabled = (TpmInterrupts)port.Read32(TpmRegister.IntEnable);
        if ((enabled & TpmInterrupts.Enabled) != 0)
        {
            port.Write32(TpmRegister.IntEnable, (uint)(enabled & ~TpmInterrupts.Enabled));
        }

        _enabled = false;
        IsTrusted = false;
    }

    /// <summary>The TPM has been reset or taken: its enables are gone.</summary>
    public void Forget() => _enabled = false;

    /// <summary>Before tpmGo.</summary>
    public void Start()
    {
        _waited = _fired = false;
        _falseAlarms = 0;
        if (_exists && !_enabled && _misses < MostMisses)
        {
            port.Write32(TpmRegister.IntEnable, (uint)(TpmInterrupts.Enabled | TpmInterrupts.LowLevel | TpmInterrupts.DataAvail));
            port.Write32(TpmRegister.IntStatus, (uint)TpmInterrupts.DataAvail);
            _enabled = true;
        }
    }

    /// <summary>Waits until it fires, or the time is over.</summary>
    /// <returns>Whether it fired.</returns>
    public bool Wait(TimeSpan time, CancellationToken cancellationToken)
    {
        _waited = true;
        try
        {
            return _fired = port.Bus.WaitForInterrupt(time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false; // the caller looks at the token and asks the TPM to stop
        }
    }

    /// <summary>The command is not done; counts a false alarm where the line said so.</summary>
    public void CheckAlarm()
    {
        _falseAlarms += _fired ? 1 : 0;
        _fired = false;
    }

    /// <summary>The command is done.</summary>
    public void End()
    {
        if (!_enabled)
        {
            return;
        }

        port.Write32(TpmRegister.IntStatus, (uint)TpmInterrupts.DataAvail);
        if (_fired)
        {
            IsTrusted = true;
            _misses = 0;
        }
        else if (_waited)
        {
            IsTrusted = false;
            if (++_misses >= MostMisses)
            {
                Disable();
            }
        }
    }
}

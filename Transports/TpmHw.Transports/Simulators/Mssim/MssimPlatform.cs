using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>The simulator's platform port: power, NV memory, and the cancel signal.</summary>
internal sealed class MssimPlatform : IDisposable
{
    private readonly MssimPort _port;
    private bool _powered = true;
    private bool _nvAvailable = true;
    private bool _cancelIsOn;
    private bool _answerIsOwed;

    public MssimPlatform(ServerAddress address, SocketTimes times) => _port = new MssimPort(address, times, SwitchOn);

    /// <summary>Sees to it that the port is connected, and that a simulator that was started anew is as switched on as this side left it.</summary>
    public void Connect() => _port.Connect();

    /// <summary>Switches the TPM's power, and NV memory with it unless that was made unavailable.</summary>
    public void SetPower(bool on)
    {
        StopCancelling();
        _powered = on;
        if (on)
        {
            SwitchOn();
        }
        else
        {
            _port.Request(MssimRequest.PowerOff);
        }
    }

    public void SetNvAvailable(bool available)
    {
        StopCancelling();
        _nvAvailable = available;
        _port.Request(available ? MssimRequest.NvOn : MssimRequest.NvOff);
    }

    /// <summary>Sets the cancel signal, without waiting for the answer.</summary>
    public bool AskToStop()
    {
        try
        {
            _port.Send(MssimRequest.CancelOn);
            _cancelIsOn = true;
            _answerIsOwed = true;
            return true;
        }
        catch (Exception e) when (e is TpmTransportException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Clears the cancel signal: it stays set by itself, and would meet the next command.</summary>
    public void StopCancelling()
    {
        if (_answerIsOwed)
        {
            _answerIsOwed = false;
            _port.ReceiveAnswer(MssimRequest.CancelOn);
        }

        if (_cancelIsOn)
        {
            _port.Request(MssimRequest.CancelOff);
            _cancelIsOn = false;
        }
    }

    /// <summary>The same after a command whose response has come: what fails now is made up for before the next one.</summary>
    public void TryStopCancelling()
    {
        try
        {
            StopCancelling();
        }
        catch (Exception e) when (e is TpmTransportException or ObjectDisposedException)
        {
            // _cancelIsOn still says what is to be done.
        }
    }

    public void Interrupt() => _port.Interrupt();

    public void Dispose()
    {
        TryStopCancelling();
        _port.Dispose();
    }

    private void SwitchOn()
    {
        if (!_powered)
        {
            return;
        }

        _port.Request(MssimRequest.PowerOn);
        if (_nvAvailable)
        {
            _port.Request(MssimRequest.NvOn);
        }
    }
}

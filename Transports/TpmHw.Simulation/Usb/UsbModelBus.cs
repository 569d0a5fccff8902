using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary>A USB host with one modelled device, which can be unplugged and plugged in again.</summary>
public sealed class UsbModelBus : IUsbBus
{
    private readonly UsbModelDevice _device;
    private int _sessions;
    private int _session; // of the port that has the device; 0 for none
    private bool _isPluggedIn = true;
    private bool _isGoneByFault;
    private bool _hasChanged;

    internal UsbModelBus(UsbModelDevice device) => _device = device;

    /// <summary>A host with a LetsTrust-TPM2Go.</summary>
    /// <param name="tpm">The chip on the stick.</param>
    public static UsbModelBus WithLtt2go(FifoModel tpm) => WithLtt2go(tpm, new SpiModelPort(tpm, Ltt2goModel.Spi));

    internal static UsbModelBus WithLtt2go(FifoModel tpm, SpiModelPort spi) => new(new Ltt2goModel(tpm, spi));

    /// <summary>A host with an FTDI bridge whose SPI lines go to a TPM.</summary>
    /// <param name="tpm">The chip: RST# on ADBUS4, PIRQ# on ADBUS5, chip select on ADBUS3.</param>
    /// <param name="settings">The bridge; null for an FT232H.</param>
    public static UsbModelBus WithFtdiSpi(FifoModel tpm, FtdiModelSettings? settings = null) => WithFtdiSpi(tpm, new SpiModelPort(tpm), settings);

    /// <summary>A host with an FTDI bridge whose I2C lines go to a TPM.</summary>
    /// <param name="tpm">The chip, whose profile has a part for I2C: RST# on ADBUS4, PIRQ# on ADBUS5.</param>
    /// <param name="settings">The bridge; null for an FT232H.</param>
    public static UsbModelBus WithFtdiI2c(FifoModel tpm, FtdiModelSettings? settings = null)
    {
        settings ??= new FtdiModelSettings();
        return new UsbModelBus(new FtdiModel(tpm, new I2cOnFtdi(tpm, new InterruptPin(tpm, settings.Interrupt), settings.HasClockEcho), settings));
    }

    internal static UsbModelBus WithFtdiSpi(FifoModel tpm, SpiModelPort spi, FtdiModelSettings? settings)
    {
        settings ??= new FtdiModelSettings();
        return new UsbModelBus(new FtdiModel(tpm, new SpiOnFtdi(tpm, spi, new InterruptPin(tpm, settings.Interrupt)), settings));
    }

    /// <summary>Transfers so far.</summary>
    public long Transfers { get; internal set; }

    /// <summary>Whether the device is plugged in.</summary>
    public bool IsPluggedIn
    {
        get
        {
            Settle();
            return _isPluggedIn;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<UsbDeviceInfo> List()
    {
        Settle();
        _hasChanged = false;
        return _isPluggedIn ? [_device.Info] : [];
    }

    /// <inheritdoc/>
    public IUsbPort Open(UsbDeviceInfo device, int interfaceNumber)
    {
        Settle();
        return !_isPluggedIn || device != _device.Info ? throw new TpmTransportException(TpmFault.NotFound, "The modelled device is not plugged in.")
            : interfaceNumber < 0 || interfaceNumber >= _device.Interfaces ? throw new TpmTransportException(TpmFault.NotFound, $"The modelled device has no interface {interfaceNumber}.")
            : _session != 0 ? throw new TpmTransportException(TpmFault.Busy, "Another port has the modelled device.", "held by this process", "Close that one first.")
            : new UsbModelPort(this, _device, _session = ++_sessions);
    }

    /// <inheritdoc/>
    public bool WaitForChange(TimeSpan time, CancellationToken cancellationToken)
    {
        Settle();
        if (!_hasChanged)
        {
            _device.Tpm.Clock.Wait(time, cancellationToken);
            Settle();
        }

        return _hasChanged;
    }

    /// <summary>Takes the device away: whoever has it open finds it gone, and the TPM loses power.</summary>
    public void Unplug() => PullOut(byFault: false);

    /// <summary>Plugs the device in again. It has to be opened again, and its TPM wants Startup.</summary>
    public void PlugIn()
    {
        if (!_isPluggedIn)
        {
            _isPluggedIn = _hasChanged = true;
            _isGoneByFault = false;
        }
    }

    /// <param name="byFault">Whether it is back when the fault is over.</param>
    internal void PullOut(bool byFault)
    {
        if (_isPluggedIn)
        {
            _isPluggedIn = false;
            _hasChanged = true;
            _isGoneByFault = byFault;
            _session = 0; // its port stays open, on nothing
            _device.PowerOff();
        }
    }

    internal bool IsOpen(int session) => _session == session;

    internal void Close(int session) => _session = _session == session ? 0 : _session;

    internal void Settle()
    {
        _device.Tpm.Settle();
        if (_isGoneByFault && !_device.Tpm.Faults.IsOn(FaultKind.Unplugged))
        {
            PlugIn();
        }
    }
}

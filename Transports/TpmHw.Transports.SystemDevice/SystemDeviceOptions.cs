using System.Device.Gpio;
using TpmHw.Transport;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.SystemDevice;

/// <summary>What there is beside the device that a TPM is on.</summary>
public sealed record SystemDeviceOptions
{
    /// <summary>The controller that the lines are on; stays the caller's. Needed where any line is given.</summary>
    public GpioController? Gpio { get; init; }

    /// <summary>
    /// The line that is the TPM's chip select, for SPI devices only. The device then is one without a chip select of its
    /// own (<c>ChipSelectLine = -1</c>), or with one that nothing is on. The TPM may then insert as many wait states as it wants.
    /// </summary>
    public int? ChipSelectLine { get; init; }

    /// <summary>The line of the TPM's reset (RST#); left high until a reset is asked for.</summary>
    public int? ResetLine { get; init; }

    /// <summary>The line of the TPM's interrupt (PIRQ#).</summary>
    public int? InterruptLine { get; init; }

    /// <summary>How wait states are handled, for SPI devices only.</summary>
    public SpiWaitMode WaitMode { get; init; }

    /// <summary>Which TPM it is, for I2C devices only.</summary>
    public I2cChip I2cChip { get; init; }

    /// <summary>
    /// Whether the I2C device repeats a start between writing and reading; null where that is to be told from the device.
    /// A stop in its place is legal as well, and is what is used where nothing is known.
    /// </summary>
    public bool? RepeatsStart { get; init; }

    /// <summary>How the TPM is opened; the usual way where null.</summary>
    public RegisterTransportOptions? Transport { get; init; }

    /// <summary>The clock that waiting goes by; null for the machine's. Tests put a virtual one in its place.</summary>
    public TpmClock? Clock { get; init; }
}

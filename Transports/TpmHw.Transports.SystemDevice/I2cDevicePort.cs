using System.Device.I2c;
using TpmHw.Transport;
using TpmHw.Transports.I2c;

namespace TpmHw.Transports.SystemDevice;

/// <summary>An I2C port on any <see cref="I2cDevice"/>.</summary>
/// <remarks>
/// Linux's device, made by <c>I2cDevice.Create</c>, repeats the start in <c>WriteRead</c>. Those of FTDI's bridges (FT4222,
/// FT232H) and whatever wraps another device may make a stop of it, which they don't tell.
/// </remarks>
public sealed class I2cDevicePort : II2cPort
{
    private readonly I2cDevice _device;

    /// <summary>Puts a port on a device, which it then owns.</summary>
    /// <param name="device">The device, with the TPM's address.</param>
    /// <param name="repeatsStart">Whether it repeats a start between writing and reading; null to tell that from the device.</param>
    /// <param name="clock">The clock that waiting goes by; null for the machine's.</param>
    public I2cDevicePort(I2cDevice device, bool? repeatsStart = null, TpmClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        Clock = clock ?? TpmClock.System;
        I2cConnectionSettings settings = device.ConnectionSettings;
        Name = FormattableString.Invariant($"{device.GetType().Name} {settings.BusId} at 0x{settings.DeviceAddress:X2}");
        CanCombine = repeatsStart ?? device.GetType().Assembly == typeof(I2cDevice).Assembly;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public TpmClock Clock { get; }

    /// <summary>What Linux takes, which is less than the devices themselves allow.</summary>
    public int MaxTransfer => I2cdevAbi.LongestMessage;

    /// <inheritdoc/>
    public bool CanCombine { get; }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _device.Write(bytes);
            return true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            return IsAnswer(e);
        }
    }

    /// <inheritdoc/>
    public bool Read(Span<byte> bytes)
    {
        try
        {
            _device.Read(bytes);
            return true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            return IsAnswer(e);
        }
    }

    /// <inheritdoc/>
    public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read)
    {
        try
        {
            _device.WriteRead(written, read);
            return true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            return IsAnswer(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();

    private static bool IsFailure(Exception e) => e is IOException or TimeoutException or UnauthorizedAccessException;

    /// <summary>False for an acknowledgement that did not come; anything else is an error.</summary>
    private bool IsAnswer(Exception e) =>
        SystemDeviceError.IsNotAcknowledged(e) ? false : throw SystemDeviceError.OfI2c(_device.ConnectionSettings, Name, e);
}

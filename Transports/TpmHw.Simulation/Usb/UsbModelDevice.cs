using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary>A modelled USB device: what it does with the transfers that reach it.</summary>
public abstract class UsbModelDevice
{
    private protected UsbModelDevice(UsbDeviceInfo info) => Info = info;

    /// <summary>What the bus tells of it.</summary>
    public UsbDeviceInfo Info { get; }

    /// <summary>Largest packet of its bulk endpoints, in bytes: 64 at full speed, 512 at high speed.</summary>
    internal virtual int PacketSize => 64;

    /// <summary>Bytes at the beginning of each packet that it sends and that are no data.</summary>
    internal virtual int PacketHeader => 0;

    /// <summary>How many interfaces it has.</summary>
    internal virtual int Interfaces => 1;

    /// <summary>Addresses of its bulk endpoints.</summary>
    internal abstract IReadOnlyList<byte> Endpoints { get; }

    /// <summary>The TPM behind it: its clock, faults and rules.</summary>
    internal abstract FifoModel Tpm { get; }

    /// <summary>A control request.</summary>
    /// <returns>Bytes of data that were moved; -1 where the device stalls it.</returns>
    internal abstract int Control(UsbSetup setup, Span<byte> data);

    /// <summary>Bytes for a bulk endpoint.</summary>
    /// <returns>How many it took; the rest it did not take for as long as it was waited for.</returns>
    internal abstract int Out(byte endpoint, ReadOnlySpan<byte> data);

    /// <summary>Bytes from a bulk endpoint, as many as there is room for.</summary>
    /// <returns>How many there were.</returns>
    internal abstract int In(byte endpoint, Span<byte> room);

    /// <summary>USB's reset; the TPM notices nothing.</summary>
    internal abstract void Reset();

    /// <summary>It loses power.</summary>
    internal abstract void PowerOff();
}

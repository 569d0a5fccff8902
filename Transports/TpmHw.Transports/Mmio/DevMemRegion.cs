using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Mmio;

/// <summary>Physical memory through /dev/mem, uncached.</summary>
public sealed unsafe class DevMemRegion : IMmioRegion
{
    private readonly Libc.SafeMapping _mapping;
    private byte* _first;

    private DevMemRegion(string name, ulong address, int length, Libc.SafeMapping mapping, int offset)
    {
        Name = name;
        Address = address;
        Length = length;
        _mapping = mapping;
        bool held = false;
        mapping.DangerousAddRef(ref held); // until Dispose, so that the pointer holds
        _first = (byte*)mapping.DangerousGetHandle() + offset;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ulong Address { get; }

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public TpmClock Clock => TpmClock.System;

    /// <summary>Maps physical memory.</summary>
    /// <param name="address">The physical address, a multiple of 4.</param>
    /// <param name="length">How many bytes.</param>
    /// <exception cref="TpmTransportException">The kernel does not allow it; the advice says what to change.</exception>
    public static DevMemRegion Map(ulong address, int length) => Map(address, length, LinuxHost.Current);

    internal static DevMemRegion Map(ulong address, int length, LinuxHost host)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(address % sizeof(uint), 0u, nameof(address));
        if (!Environment.Is64BitProcess)
        {
            throw new TpmTransportException(TpmFault.NotSupported, "Registers in memory can be reached from a 64-bit process only.");
        }

        if (KernelTpmDriver.FindBound(host) is { } driver)
        {
            throw DevMemError.InUse(driver);
        }

        (Microsoft.Win32.SafeHandles.SafeFileHandle file, Errno error) = Libc.OpenMemory(host.At("dev/mem"));
        using (file)
        {
            if (file.IsInvalid)
            {
                throw DevMemError.CannotOpen(error, host);
            }

            int offset = (int)(address % (ulong)Environment.SystemPageSize);
            (Libc.SafeMapping mapping, error) = Libc.Map(file, address - (ulong)offset, (nuint)(offset + length));
            if (mapping.IsInvalid)
            {
                mapping.Dispose();
                throw DevMemError.CannotMap(error, address, length, host);
            }

            string name = string.Create(CultureInfo.InvariantCulture, $"/dev/mem at 0x{address:X}");
            return new DevMemRegion(name, address, length, mapping, offset);
        }
    }

    /// <inheritdoc/>
    public byte Read8(int offset) => Volatile.Read(ref *At(offset, sizeof(byte)));

    /// <inheritdoc/>
    public uint Read32(int offset) => Volatile.Read(ref *(uint*)At(offset, sizeof(uint)));

    /// <inheritdoc/>
    public void Write8(int offset, byte value)
    {
        Volatile.Write(ref *At(offset, sizeof(byte)), value);
        Interlocked.MemoryBarrier();
    }

    /// <inheritdoc/>
    public void Write32(int offset, uint value)
    {
        // The barrier also empties a buffer that combines writes, where the region is ordinary memory: what was
        // written to a command buffer is there before the command is started.
        Volatile.Write(ref *(uint*)At(offset, sizeof(uint)), value);
        Interlocked.MemoryBarrier();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_first != null)
        {
            _first = null;
            _mapping.DangerousRelease();
            _mapping.Dispose();
        }
    }

    private byte* At(int offset, int size)
    {
        ObjectDisposedException.ThrowIf(_first == null, this);
        MmioAccess.Check(offset, size, Length);
        return _first + offset;
    }
}

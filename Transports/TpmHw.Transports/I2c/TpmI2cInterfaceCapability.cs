namespace TpmHw.Transports.I2c;

/// <summary>TPM_I2C_INTERFACE_CAPABILITY: what a chip can do on I2C, and how much time it needs between messages (PTP, 7.2).</summary>
/// <param name="Value">The register.</param>
public readonly record struct TpmI2cInterfaceCapability(uint Value)
{
    /// <summary>GUARD_TIME: the least time between two messages, where one of the flags asks for it.</summary>
    public TimeSpan GuardTime => TimeSpan.FromMicroseconds((Value >> 9) & 0xFF);

    /// <summary>Whether a read can follow its register with a repeated start, which leaves no time between them.</summary>
    public bool CanRepeatStart => (Value & (1u << 30)) == 0 || GuardTime == TimeSpan.Zero;

    /// <summary>burstCountStatic: burstCount does not change, and any burst of that size can be moved.</summary>
    public bool IsBurstCountStatic => (Value & (1u << 29)) != 0;

    /// <summary>Whether the guard time is needed after a read, before a read.</summary>
    public bool RestsBetweenReads => (Value & (1u << 20)) != 0;

    /// <summary>Whether it is needed after a read, before a write.</summary>
    public bool RestsBeforeWriteAfterRead => (Value & (1u << 19)) != 0;

    /// <summary>Whether it is needed after a write, before a read.</summary>
    public bool RestsBeforeReadAfterWrite => (Value & (1u << 18)) != 0;

    /// <summary>Whether it is needed after a write, before a write.</summary>
    public bool RestsBetweenWrites => (Value & (1u << 17)) != 0;
}

namespace TpmHw.Transports.I2c;

/// <summary>The time that a chip wants for itself between two messages, by the direction of the first and of the second.</summary>
internal sealed record I2cGuard(TimeSpan ReadRead, TimeSpan ReadWrite, TimeSpan WriteRead, TimeSpan WriteWrite)
{
    /// <summary>What holds before the chip has told, and after a message that it did not acknowledge.</summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromMicroseconds(250);

    /// <summary>Before the chip has told.</summary>
    public static I2cGuard Unknown { get; } = Always(Usual);

    /// <summary>Whether the read part of a read can follow a repeated start, which leaves no time between.</summary>
    public bool CanCombine { get; init; }

    /// <summary>The same time everywhere.</summary>
    public static I2cGuard Always(TimeSpan time) => new(time, time, time, time);

    /// <summary>What TPM_I2C_INTERFACE_CAPABILITY says: which pairs need the time, and how much it is.</summary>
    public static I2cGuard Of(TpmI2cInterfaceCapability capability)
    {
        return new I2cGuard(If(capability.RestsBetweenReads), If(capability.RestsBeforeWriteAfterRead), If(capability.RestsBeforeReadAfterWrite), If(capability.RestsBetweenWrites))
        {
            CanCombine = capability.CanRepeatStart,
        };

        TimeSpan If(bool rests) => rests ? capability.GuardTime : TimeSpan.Zero;
    }
}

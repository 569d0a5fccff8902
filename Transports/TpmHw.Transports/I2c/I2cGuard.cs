namespace TpmHw.Transports.I2c;

/// <summary>The time that a chip wants for itself between two messages, by the direction of the first and of the second.</summary>
internal sealed record I2cGuard(TimeSpan ReadRead, TimeSpan ReadWrite, TimeSpan WriteRead, TimeSpan WriteWrite)
{
    // Bits of TPM_I2C_INTERFACE_CAPABILITY.
    private const uint RepeatedStartFlag = 1u << 30, ReadReadFlag = 1u << 20, ReadWriteFlag = 1u << 19, WriteReadFlag = 1u << 18, WriteWriteFlag = 1u << 17;

    /// <summary>What holds before the chip has told, and after a message that it did not acknowledge.</summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromMicroseconds(250);

    /// <summary>Before the chip has told.</summary>
    public static I2cGuard Unknown { get; } = Always(Usual);

    /// <summary>Whether the read part of a read can follow a repeated start, which leaves no time between.</summary>
    public bool CanCombine { get; init; }

    /// <summary>The same time everywhere.</summary>
    public static I2cGuard Always(TimeSpan time) => new(time, time, time, time);

    /// <summary>What TPM_I2C_INTERFACE_CAPABILITY says: which pairs need the time, and how many microseconds it is.</summary>
    public static I2cGuard Of(uint capability)
    {
        var time = TimeSpan.FromMicroseconds((capability >> 9) & 0xFF);
        return new I2cGuard(If(ReadReadFlag), If(ReadWriteFlag), If(WriteReadFlag), If(WriteWriteFlag))
        {
            CanCombine = (capability & RepeatedStartFlag) == 0 || time == TimeSpan.Zero,
        };

        TimeSpan If(uint flag) => (capability & flag) != 0 ? time : TimeSpan.Zero;
    }
}

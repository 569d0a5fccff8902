namespace TpmHw.Simulation;

/// <summary>Between which messages a chip needs its guard time; the values are the bits of TPM_I2C_INTERFACE_CAPABILITY.</summary>
[Flags]
public enum I2cGuards : uint
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>After a write, before a write.</summary>
    WriteWrite = 1u << 17,

    /// <summary>After a write, before a read.</summary>
    WriteRead = 1u << 18,

    /// <summary>After a read, before a write.</summary>
    ReadWrite = 1u << 19,

    /// <summary>After a read, before a read.</summary>
    ReadRead = 1u << 20,

    /// <summary>Before a repeated start, which therefore can't be used.</summary>
    RepeatedStart = 1u << 30,

    /// <summary>Between all messages.</summary>
    Between = WriteWrite | WriteRead | ReadWrite | ReadRead,
}

using System.Runtime.InteropServices;

namespace TpmHw.Transports.I2c;

/// <summary>The user-space I2C device (linux/i2c-dev.h, linux/i2c.h).</summary>
internal static class I2cdevAbi
{
    public const uint Slave = 0x0703;
    public const uint Functions = 0x0705;
    public const uint Transfer = 0x0707;

    /// <summary>I2C_FUNC_I2C: messages of one's own, not SMBus's alone.</summary>
    public const nuint PlainI2c = 1;

    /// <summary>The longest message that the kernel takes.</summary>
    public const int LongestMessage = 8192;
}

/// <summary>struct i2c_msg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct I2cMessage
{
    public const ushort Read = 1;

    public ushort Address;
    public ushort Flags;
    public ushort Length;
    public nint Data;
}

/// <summary>struct i2c_rdwr_ioctl_data.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct I2cMessages
{
    public nint First;
    public uint Count;
}

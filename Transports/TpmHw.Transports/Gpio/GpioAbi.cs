using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Gpio;

/// <summary>The GPIO character device, version 2 (linux/gpio.h).</summary>
internal static class GpioAbi
{
    public const uint GetChipInfo = 0x8044B401;
    public const uint GetLineInfo = 0xC100B405;
    public const uint GetLine = 0xC250B407;
    public const uint GetValues = 0xC010B40E;
    public const uint SetValues = 0xC010B40F;

    public const int EventSize = 48;

    /// <summary>The first attribute of a line's configuration, when it gives output levels.</summary>
    public const uint OutputValues = 2;

    /// <summary>A structure as the bytes that ioctl(2) takes.</summary>
    public static Span<byte> Bytes<T>(ref T structure)
        where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref structure));
}

/// <summary>enum gpio_v2_line_flag, as far as it is used.</summary>
[Flags]
internal enum GpioFlags : ulong
{
    None = 0,
    Used = 0x1,
    Input = 0x4,
    Output = 0x8,
    EdgeFalling = 0x20,
    PullUp = 0x100,
}

/// <summary>A name of at most 31 bytes and a zero.</summary>
[InlineArray(Size)]
internal struct GpioName
{
    public const int Size = 32;

    private byte _first;

    public static GpioName Of(string text)
    {
        var name = default(GpioName);
        FixedText.Write(name, text);
        return name;
    }

    public override readonly string ToString() => FixedText.Read(this);
}

/// <summary>struct gpiochip_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioChipInfo
{
    public GpioName Name;
    public GpioName Label;
    public uint Lines;
}

/// <summary>struct gpio_v2_line_info, as far as it is used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct GpioLineInfo
{
    [FieldOffset(0)]
    public GpioName Name;

    [FieldOffset(32)]
    public GpioName Consumer;

    [FieldOffset(64)]
    public uint Offset;

    [FieldOffset(72)]
    public GpioFlags Flags;
}

/// <summary>struct gpio_v2_line_values.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioValues
{
    public ulong Bits;
    public ulong Mask;
}

/// <summary>struct gpio_v2_line_request for one line with at most one attribute.</summary>
[StructLayout(LayoutKind.Explicit, Size = 592)]
internal struct GpioLineRequest
{
    [FieldOffset(0)]
    public uint Offset;

    [FieldOffset(256)]
    public GpioName Consumer;

    [FieldOffset(288)]
    public GpioFlags Flags;

    [FieldOffset(296)]
    public uint Attributes;

    [FieldOffset(320)]
    public uint AttributeId;

    [FieldOffset(328)]
    public ulong AttributeValues;

    [FieldOffset(336)]
    public ulong AttributeMask;

    [FieldOffset(560)]
    public uint Lines;

    [FieldOffset(588)]
    public int File;
}

using System.Runtime.InteropServices;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Tests.Gpio;

/// <summary>The kernel's side of a GPIO chip's node, and of the file that it gives for a line.</summary>
internal sealed class KernelGpio(params string[] lines) : IControlFile
{
    private const int LineFile = 77;

    public Dictionary<uint, string> Taken { get; } = [];

    public bool HasPullUps { get; set; } = true;

    public GpioLineRequest Request { get; private set; }

    public KernelLine Line { get; } = new();

    public bool IsDisposed { get; private set; }

    public int Control(uint request, Span<byte> argument)
    {
        // Requests carry the size of what goes with them (asm-generic/ioctl.h).
        Assert.Equal((request >> 16) & 0x3FFF, (uint)argument.Length);
        switch (request)
        {
            case GpioAbi.GetChipInfo:
                MemoryMarshal.Write(argument, new GpioChipInfo { Name = GpioName.Of("gpiochip0"), Lines = (uint)lines.Length });
                return 0;
            case GpioAbi.GetLineInfo:
                uint offset = MemoryMarshal.Read<GpioLineInfo>(argument).Offset;
                if (offset >= lines.Length)
                {
                    return -(int)Errno.EINVAL;
                }

                MemoryMarshal.Write(argument, new GpioLineInfo
                {
                    Offset = offset,
                    Name = GpioName.Of(lines[offset]),
                    Consumer = GpioName.Of(Taken.GetValueOrDefault(offset, "")),
                });
                return 0;
            case GpioAbi.GetLine:
                return Take(MemoryMarshal.Read<GpioLineRequest>(argument), argument);
            default:
                return -(int)Errno.ENOTTY;
        }
    }

    public int Control(uint request, nuint value) => throw new NotSupportedException();

    public IControlFile Adopt(int file)
    {
        Assert.Equal(LineFile, file);
        return Line;
    }

    public int Read(Span<byte> data) => throw new NotSupportedException();

    public DeviceEvents Wait(int milliseconds) => throw new NotSupportedException();

    public void Wake() => throw new NotSupportedException();

    public void ClearWake() => throw new NotSupportedException();

    public void Dispose() => IsDisposed = true;

    private int Take(GpioLineRequest request, Span<byte> argument)
    {
        if (request.Lines != 1 || request.Offset >= lines.Length || (!HasPullUps && request.Flags.HasFlag(GpioFlags.PullUp)))
        {
            return -(int)Errno.EINVAL;
        }

        if (Taken.ContainsKey(request.Offset))
        {
            return -(int)Errno.EBUSY;
        }

        Line.Level = request.Attributes == 1 && request.AttributeId == 2 && (request.AttributeMask & request.AttributeValues & 1) == 1;
        request.File = LineFile;
        Request = request;
        MemoryMarshal.Write(argument, request);
        return 0;
    }
}

/// <summary>The file of one line.</summary>
internal sealed class KernelLine : IControlFile
{
    private bool _woken;

    public bool Level { get; set; }

    public Errno Error { get; set; }

    public int Edges { get; set; }

    public bool IsGone { get; set; }

    public int ReadSize { get; private set; }

    public Action<int> Waiting { get; set; } = static _ => { };

    public bool IsDisposed { get; private set; }

    public int Control(uint request, Span<byte> argument)
    {
        if (Error != default)
        {
            return -(int)Error;
        }

        GpioValues values = MemoryMarshal.Read<GpioValues>(argument);
        Assert.Equal((1ul, 16), (values.Mask, argument.Length));
        if (request == GpioAbi.SetValues)
        {
            Level = values.Bits == 1;
        }
        else
        {
            Assert.Equal(GpioAbi.GetValues, request);
            MemoryMarshal.Write(argument, values with { Bits = Level ? 1u : 0 });
        }

        return 0;
    }

    public DeviceEvents Wait(int milliseconds)
    {
        Waiting(milliseconds);
        return IsGone ? DeviceEvents.Gone : Edges > 0 ? DeviceEvents.Readable : _woken ? DeviceEvents.Woken : DeviceEvents.None;
    }

    public int Read(Span<byte> data)
    {
        // The kernel gives whole events only.
        int count = Math.Min(Edges, data.Length / 48);
        Edges -= count;
        ReadSize = count * 48;
        return ReadSize;
    }

    public void Wake() => _woken = true;

    public void ClearWake() => _woken = false;

    public int Control(uint request, nuint value) => throw new NotSupportedException();

    public IControlFile Adopt(int file) => throw new NotSupportedException();

    public void Dispose() => IsDisposed = true;
}

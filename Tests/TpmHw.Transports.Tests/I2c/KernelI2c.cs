using System.Runtime.InteropServices;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Tests.I2c;

/// <summary>The kernel's side of an I2C bus's node. A chip is behind it.</summary>
internal sealed unsafe class KernelI2c(II2cPort chip, byte address) : IControlFile
{
    public nuint Functions { get; set; } = 0x0EFF_0009;

    /// <summary>Fails a request.</summary>
    public Func<uint, Errno> Error { get; set; } = static _ => default;

    /// <summary>What a controller can't do, by its messages' number and longest length.</summary>
    public Func<uint, int, bool> CanNot { get; set; } = static (_, _) => false;

    /// <summary>What a missing acknowledgement is called.</summary>
    public Errno Nack { get; set; } = Errno.EREMOTEIO;

    /// <summary>Messages short of what was asked for.</summary>
    public int Short { get; set; }

    public List<uint> Requests { get; } = [];

    public nuint Slave { get; private set; }

    public bool IsDisposed { get; private set; }

    public int Control(uint request, Span<byte> argument)
    {
        Requests.Add(request);
        if (Error(request) is var error && error != default)
        {
            return -(int)error;
        }

        switch (request)
        {
            case 0x0705:
                MemoryMarshal.Write(argument, Functions);
                return 0;
            case 0x0707:
                return Transfer(MemoryMarshal.Read<I2cMessages>(argument));
            default:
                return -(int)Errno.ENOTTY;
        }
    }

    public int Control(uint request, nuint value)
    {
        Requests.Add(request);
        Assert.Equal(0x0703u, request);
        Slave = value;
        return -(int)Error(request);
    }

    public void Dispose() => IsDisposed = true;

    public IControlFile Adopt(int file) => throw new NotSupportedException();

    public int Read(Span<byte> data) => throw new NotSupportedException();

    public DeviceEvents Wait(int milliseconds) => throw new NotSupportedException();

    public void Wake() => throw new NotSupportedException();

    public void ClearWake() => throw new NotSupportedException();

    private int Transfer(I2cMessages set)
    {
        var messages = new ReadOnlySpan<I2cMessage>((void*)set.First, (int)set.Count);
        Assert.InRange(messages.Length, 1, 2);
        int longest = 0;
        foreach (I2cMessage message in messages)
        {
            Assert.Equal(address, message.Address);
            Assert.InRange(message.Length, 1, 8192);
            longest = Math.Max(longest, message.Length);
        }

        if (CanNot(set.Count, longest))
        {
            return -(int)Errno.EOPNOTSUPP;
        }

        bool done = messages switch
        {
            [{ Flags: 0 } write] => chip.Write(Bytes(write)),
            [{ Flags: 1 } read] => chip.Read(Bytes(read)),
            [{ Flags: 0 } write, { Flags: 1 } read] => chip.WriteRead(Bytes(write), Bytes(read)),
            _ => throw new InvalidOperationException("No such messages."),
        };
        return done ? (int)set.Count - Short : -(int)Nack;
    }

    private static Span<byte> Bytes(I2cMessage message) => new((void*)message.Data, message.Length);
}

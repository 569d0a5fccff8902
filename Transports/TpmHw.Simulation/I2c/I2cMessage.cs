namespace TpmHw.Simulation;

/// <summary>Looks at each message once it is over.</summary>
/// <param name="message">The message; its bytes are valid during the call.</param>
public delegate void I2cMessageObserver(I2cMessage message);

/// <summary>One message on the wire: a start, the address, bytes.</summary>
public readonly ref struct I2cMessage
{
    internal I2cMessage(TimeSpan start, TimeSpan end, byte address, bool isRead, bool isRepeated, bool isAcknowledged, ReadOnlySpan<byte> bytes)
    {
        Start = start;
        End = end;
        Address = address;
        IsRead = isRead;
        IsRepeated = isRepeated;
        IsAcknowledged = isAcknowledged;
        Bytes = bytes;
    }

    /// <summary>When it began.</summary>
    public TimeSpan Start { get; }

    /// <summary>When it ended.</summary>
    public TimeSpan End { get; }

    /// <summary>The address, 7 bits.</summary>
    public byte Address { get; }

    /// <summary>Whether it is a read.</summary>
    public bool IsRead { get; }

    /// <summary>Whether it began with a repeated start.</summary>
    public bool IsRepeated { get; }

    /// <summary>Whether the chip acknowledged it; otherwise it ended after the address.</summary>
    public bool IsAcknowledged { get; }

    /// <summary>What came after the address, in whichever direction it went; empty where nothing was acknowledged.</summary>
    public ReadOnlySpan<byte> Bytes { get; }
}

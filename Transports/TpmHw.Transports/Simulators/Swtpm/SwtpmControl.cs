using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>Requests of swtpm's control channel (CMD_… of swtpm's tpm_ioctl.h).</summary>
internal enum SwtpmRequest : uint
{
    GetCapability = 1,
    Init = 2,
    GetEstablished = 4,
    SetLocality = 5,
    HashStart = 6,
    HashData = 7,
    HashEnd = 8,
    CancelCommand = 9,
    ResetEstablished = 0x0B,
    GetInfo = 0x12,
}

/// <summary>
/// swtpm's control channel: a u32 and its arguments in one write, answered by a u32 result and then, unless the
/// request failed, by the values asked for.
/// </summary>
internal sealed class SwtpmControl : IDisposable
{
    private const int MaxHashData = 4096;
    private const int MaxInfo = 1 << 20;

    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

    private readonly ServerChannel _channel;
    private readonly SocketTimes _times;
    private bool _answerIsOwed;
    private int _locality;

    public SwtpmControl(ServerAddress address, SocketTimes times)
    {
        _times = times;
        _channel = new ServerChannel(address, times, greet: RestoreLocality);
    }

    /// <summary>The locality of the commands. swtpm keeps it until it is changed; this side keeps it beyond swtpm's restart.</summary>
    public int Locality
    {
        get => _locality;
        set
        {
            Request(SwtpmRequest.SetLocality, [(byte)value]);
            _locality = value;
        }
    }

    public void Request(SwtpmRequest request, ReadOnlySpan<byte> arguments = default, Span<byte> values = default) =>
        Request(request, arguments, values, _times.Request, _times.Rest);

    public void HashData(ReadOnlySpan<byte> data)
    {
        Span<byte> arguments = stackalloc byte[sizeof(uint) + MaxHashData];
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> piece = data[..Math.Min(data.Length, MaxHashData)];
            BinaryPrimitives.WriteInt32BigEndian(arguments, piece.Length);
            piece.CopyTo(arguments[sizeof(uint)..]);
            Request(SwtpmRequest.HashData, arguments[..(sizeof(uint) + piece.Length)]);
            data = data[piece.Length..];
        }
    }

    /// <summary>What swtpm and libtpms say of themselves: JSON, in as many pieces as it takes.</summary>
    public string ReadInfo()
    {
        const ulong SpecificationAttributesAndFeatures = 1 | 2 | 4;
        Span<byte> arguments = stackalloc byte[16]; // flags, offset, nothing
        Span<byte> sizes = stackalloc byte[8];      // of the whole, of this piece
        BinaryPrimitives.WriteUInt64BigEndian(arguments, SpecificationAttributesAndFeatures);
        byte[] text = [];
        int held = 0;
        do
        {
            BinaryPrimitives.WriteInt32BigEndian(arguments[8..], held);
            Request(SwtpmRequest.GetInfo, arguments, sizes);
            uint whole = BinaryPrimitives.ReadUInt32BigEndian(sizes);
            uint piece = BinaryPrimitives.ReadUInt32BigEndian(sizes[4..]);
            if (whole > MaxInfo || piece == 0 || piece > whole - (uint)held || (held > 0 && whole != text.Length))
            {
                Drop();
                throw new TpmTransportException(
                    TpmFault.ProtocolViolation,
                    "swtpm's control channel gives sizes for its description that contradict each other.",
                    string.Create(CultureInfo.InvariantCulture, $"{piece} of {whole} bytes at offset {held}"));
            }

            text = held == 0 ? new byte[whole] : text;
            _channel.Receive(text.AsSpan(held, (int)piece), _times.Rest);
            held += (int)piece;
        }
        while (held < text.Length);

        return Encoding.UTF8.GetString(text).TrimEnd('\0');
    }

    /// <summary>Tells swtpm from an mssim at the same ports: to that, this request means power on, and it answers without a value.</summary>
    public void CheckThatItIsSwtpm()
    {
        try
        {
            Request(SwtpmRequest.GetCapability, [], stackalloc byte[sizeof(uint)], s_soon, TimeSpan.FromMilliseconds(200));
        }
        catch (TpmTransportException e) when (e.Fault is not (TpmFault.NotFound or TpmFault.AccessDenied or TpmFault.Busy))
        {
            throw new TpmTransportException(
                TpmFault.ProtocolViolation,
                "What listens there is not swtpm: its control channel does not say what it can do.",
                e.Message + " " + e.Evidence,
                "If it is Microsoft's simulator, use mssim:… . If it is a swtpm that is busy, try again.",
                e);
        }
    }

    /// <summary>Sees to it that a swtpm that was started anew has this side's locality again.</summary>
    public void KeepLocality()
    {
        if (_locality != 0)
        {
            _channel.Ready();
        }
    }

    /// <summary>Asks to stop the running command, without waiting for the answer: it comes after the command's own.</summary>
    public bool AskToStop()
    {
        try
        {
            _channel.Send([0, 0, 0, (byte)SwtpmRequest.CancelCommand]);
            _answerIsOwed = true;
            return true;
        }
        catch (Exception e) when (e is TpmTransportException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Takes the answer to <see cref="AskToStop"/>, where one is owed.</summary>
    public void CollectAnswer()
    {
        if (!_answerIsOwed)
        {
            return;
        }

        _answerIsOwed = false;
        try
        {
            _channel.Receive(stackalloc byte[sizeof(uint)], _times.Rest);
        }
        catch (TpmTransportException)
        {
            // The command's response is there; the next request begins on a new connection.
        }
    }

    public void Interrupt() => _channel.Interrupt();

    public void Drop()
    {
        _channel.Drop();
        _answerIsOwed = false;
    }

    /// <summary>Leaves swtpm to its next client at locality 0.</summary>
    public void Dispose()
    {
        try
        {
            if (_locality != 0)
            {
                _locality = 0;
                Request(SwtpmRequest.SetLocality, [0], [], s_soon, _times.Rest);
            }
        }
        catch (Exception e) when (e is TpmTransportException or ObjectDisposedException)
        {
            // It has gone, and its locality with it.
        }

        _channel.Dispose();
    }

    private void RestoreLocality()
    {
        if (_locality != 0)
        {
            Request(SwtpmRequest.SetLocality, [(byte)_locality]);
        }
    }

    private void Request(SwtpmRequest request, ReadOnlySpan<byte> arguments, Span<byte> values, TimeSpan time, TimeSpan rest)
    {
        if (_answerIsOwed)
        {
            Drop();
        }

        Span<byte> message = stackalloc byte[sizeof(uint) + arguments.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)request);
        arguments.CopyTo(message[sizeof(uint)..]);
        _channel.Send(message);

        Span<byte> answer = stackalloc byte[sizeof(uint)];
        _channel.Receive(answer, time, rest);
        uint result = BinaryPrimitives.ReadUInt32BigEndian(answer);
        if (result != 0)
        {
            throw Refused(request, result);
        }

        if (!values.IsEmpty)
        {
            _channel.Receive(values, rest, rest);
        }
    }

    // TPM 1.2's result codes (Main Part 2, 16), whatever the TPM's family.
    private static TpmTransportException Refused(SwtpmRequest request, uint result)
    {
        (TpmFault fault, string meaning) = result switch
        {
            0x0A => (TpmFault.NotSupported, "it does not know the request, or its TPM is stopped"),
            0x3D => (TpmFault.ProtocolViolation, "not at this locality"),
            _ => (TpmFault.ProtocolViolation, "the request failed"),
        };
        return new TpmTransportException(fault, $"swtpm refuses {request}: {meaning}.", string.Create(CultureInfo.InvariantCulture, $"result 0x{result:X}"), "Look at swtpm's output and at the options it was started with.");
    }
}

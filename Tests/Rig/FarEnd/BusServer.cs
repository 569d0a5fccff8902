using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Rig;

/// <summary>Answers what Linux does on the buses of the module tpmrig, whose source has the format of /dev/tpmrig.</summary>
internal static class BusServer
{
    private const int RequestSize = 16, AnswerSize = 12, MaxPayload = 8192;
    private const int Selects = 1, Releases = 2;
    private const ushort IsRead = 1; // I2C_M_RD
    private const int MessageHeaderSize = 6;
    private const int NoDevice = -6; // -ENXIO: nobody acknowledged

    private enum Kind : byte
    {
        Spi = 1,
        I2c = 2,
        Line = 3,
    }

    public static void Run(IBusEnd end, CancellationToken stop)
    {
        using SafeFileHandle file = Native.Open("/dev/tpmrig");
        byte[] request = new byte[RequestSize + MaxPayload];
        byte[] answer = new byte[AnswerSize + MaxPayload];
        bool wasInterrupting = false;
        Tell(file, RigLine.Interrupt, level: true);
        Console.WriteLine("farend: ready");
        while (!stop.IsCancellationRequested)
        {
            if (Native.IsReadable(file, milliseconds: 1))
            {
                Native.Read(file, request);
                int length = Answer(end, request, answer.AsSpan(AnswerSize), out int status);
                request.AsSpan(0, sizeof(uint)).CopyTo(answer);
                BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(4), status);
                BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(8), length);
                Native.Write(file, answer.AsSpan(0, AnswerSize + length));
            }

            if (end.IsInterrupting != wasInterrupting)
            {
                wasInterrupting = !wasInterrupting;
                Tell(file, RigLine.Interrupt, level: !wasInterrupting);
                Console.WriteLine($"farend: Interrupt is {(wasInterrupting ? "low" : "high")}");
            }
        }
    }

    private static int Answer(IBusEnd end, ReadOnlySpan<byte> request, Span<byte> answer, out int status)
    {
        status = 0;
        int unit = request[5];
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(request[6..]);
        int argument = BinaryPrimitives.ReadInt32LittleEndian(request[8..]);
        ReadOnlySpan<byte> payload = request.Slice(RequestSize, BinaryPrimitives.ReadInt32LittleEndian(request[12..]));
        switch ((Kind)request[4])
        {
            case Kind.Spi:
                end.Spi(unit, (flags & Selects) != 0, (flags & Releases) != 0, payload, answer[..payload.Length]);
                return payload.Length;
            case Kind.I2c:
                status = Messages(end, argument, payload, answer, out int length) ? 0 : NoDevice;
                return status == 0 ? length : 0;
            case Kind.Line:
                end.Line((RigLine)unit, argument != 0);
                return 0;
            default:
                throw new InvalidDataException($"The module asks for {request[4]}.");
        }
    }

    private static bool Messages(IBusEnd end, int count, ReadOnlySpan<byte> messages, Span<byte> answer, out int answered)
    {
        answered = 0;
        for (int i = 0; i < count; i++)
        {
            int address = Next(ref messages, out bool isRead, out int length, out ReadOnlySpan<byte> written);
            ReadOnlySpan<byte> next = messages;
            bool isAcknowledged;
            if (isRead)
            {
                isAcknowledged = end.Read(address, answer.Slice(answered, length));
                answered += length;
            }
            else if (i + 1 < count && Next(ref next, out bool nextIsRead, out int nextLength, out _) == address && nextIsRead)
            {
                isAcknowledged = end.WriteRead(address, written, answer.Slice(answered, nextLength));
                answered += nextLength;
                messages = next;
                i++;
            }
            else
            {
                isAcknowledged = end.Write(address, written);
            }

            if (!isAcknowledged)
            {
                return false;
            }
        }

        return true;
    }

    private static int Next(ref ReadOnlySpan<byte> messages, out bool isRead, out int length, out ReadOnlySpan<byte> written)
    {
        isRead = (BinaryPrimitives.ReadUInt16LittleEndian(messages[2..]) & IsRead) != 0;
        length = BinaryPrimitives.ReadUInt16LittleEndian(messages[4..]);
        int address = BinaryPrimitives.ReadUInt16LittleEndian(messages);
        written = isRead ? default : messages.Slice(MessageHeaderSize, length);
        messages = messages[(MessageHeaderSize + written.Length)..];
        return address;
    }

    private static void Tell(SafeFileHandle file, RigLine line, bool level)
    {
        Span<byte> answer = stackalloc byte[AnswerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(answer, uint.MaxValue);
        BinaryPrimitives.WriteInt32LittleEndian(answer[4..], ((int)line << 1) | (level ? 1 : 0));
        Native.Write(file, answer);
    }
}

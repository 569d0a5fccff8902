using System.Buffers.Binary;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Fuzz;

/// <summary>Damages messages at random.</summary>
internal static class Damage
{
    /// <summary>A damaged copy of a message, made in the room given.</summary>
    public static byte[] Of(byte[] message, byte[] room, Random random)
    {
        int length = message.Length;
        message.CopyTo(room, 0);
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(random.Next(2) == 0 ? 0 : Math.Min(TpmHeader.Size, length - 1), length);
            switch (random.Next(5))
            {
                case 0: // bits
                    room[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1: // a cut
                    length = Math.Max(1, at);
                    break;
                case 2: // more
                    int more = random.Next(1, 100);
                    random.NextBytes(room.AsSpan(length, more));
                    length += more;
                    break;
                case 3: // a lie in a size, a count or a selector of 16 bits
                    Lie(room.AsSpan(0, length), at, sizeof(ushort), random);
                    break;
                default: // and of 32 bits
                    Lie(room.AsSpan(0, length), at, sizeof(uint), random);
                    break;
            }
        }

        // Mostly with a true size in the header, so that the damage gets past the transport.
        if (random.Next(10) > 0 && length >= TpmHeader.Size)
        {
            BinaryPrimitives.WriteUInt32BigEndian(room.AsSpan(2), (uint)length);
        }

        return room[..length];
    }

    private static void Lie(Span<byte> message, int at, int size, Random random)
    {
        ReadOnlySpan<uint> lies = [0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (uint)message.Length, (uint)random.Next(300)];
        Span<byte> lie = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(lie, lies[random.Next(lies.Length)]);
        ReadOnlySpan<byte> part = lie[^size..];
        part[..Math.Min(size, message.Length - at)].CopyTo(message[at..]);
    }
}

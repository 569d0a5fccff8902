using System.Buffers.Binary;

namespace TpmHw.Transports.Registers;

/// <summary>How long the TPM may take for each step of a command (PTP 6.5.1.4).</summary>
/// <param name="A">A locality is granted; TPM_ACCESS is valid.</param>
/// <param name="B">commandReady is set.</param>
/// <param name="C">stsValid is set.</param>
/// <param name="D">burstCount is not 0.</param>
public readonly record struct FifoTimeouts(TimeSpan A, TimeSpan B, TimeSpan C, TimeSpan D)
{
    /// <summary>TPM 1.2 where the chip does not say otherwise.</summary>
    public static FifoTimeouts Tpm12 { get; } = Milliseconds(750, 2000, 750, 750);

    /// <summary>TPM 2.0.</summary>
    public static FifoTimeouts Tpm20 { get; } = Milliseconds(750, 2000, 200, 30);

    // A chip that answers nonsense must not make a wait endless.
    private const long Longest = 60_000_000;

    /// <summary>
    /// The wait for burstCount: D is 30 ms for TPM 2.0, which chips in the field exceed, so that drivers give it A.
    /// </summary>
    public TimeSpan Burst => D > A ? D : A;

    /// <summary>From milliseconds.</summary>
    public static FifoTimeouts Milliseconds(int a, int b, int c, int d) => new(
        TimeSpan.FromMilliseconds(a), TimeSpan.FromMilliseconds(b), TimeSpan.FromMilliseconds(c), TimeSpan.FromMilliseconds(d));

    /// <summary>TPM_GetCapability(TPM_CAP_PROPERTY, TPM_CAP_PROP_TIS_TIMEOUT), TPM 1.2 Part 2, 21.2.</summary>
    internal static ReadOnlySpan<byte> AskTpm12 => [0x00, 0xC1, 0, 0, 0, 22, 0, 0, 0, 0x65, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 1, 0x15];

    /// <summary>These times as a TPM 1.2 answered <see cref="AskTpm12"/>: four numbers of microseconds.</summary>
    /// <returns>The chip's own times, or these where the answer has none.</returns>
    internal FifoTimeouts WithTpm12Answer(ReadOnlySpan<byte> response)
    {
        const int Header = 10;
        const int Times = 16;
        if (response.Length < Header + 4 + Times
            || BinaryPrimitives.ReadUInt32BigEndian(response[6..]) != 0
            || BinaryPrimitives.ReadUInt32BigEndian(response[Header..]) != Times)
        {
            return this;
        }

        // Some chips answer in milliseconds; no A of theirs is as short as 1 ms.
        ReadOnlySpan<byte> times = response[(Header + 4)..];
        uint first = BinaryPrimitives.ReadUInt32BigEndian(times);
        uint unit = first is > 0 and < 1000 ? 1000u : 1u;
        return new(At(times, 0, unit, A), At(times, 1, unit, B), At(times, 2, unit, C), At(times, 3, unit, D));
    }

    private static TimeSpan At(ReadOnlySpan<byte> times, int index, uint unit, TimeSpan usual)
    {
        long microseconds = (long)BinaryPrimitives.ReadUInt32BigEndian(times[(4 * index)..]) * unit;
        return microseconds == 0 ? usual : TimeSpan.FromMicroseconds(Math.Min(microseconds, Longest));
    }
}

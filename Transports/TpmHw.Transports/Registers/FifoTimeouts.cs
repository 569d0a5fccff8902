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

    /// <summary>These times as a TPM 1.2 answered <see cref="Tpm12Capability.TisTimeout"/>: four numbers of microseconds.</summary>
    /// <returns>The chip's own times, or these where the answer has none.</returns>
    internal FifoTimeouts WithTpm12Answer(ReadOnlySpan<byte> response)
    {
        Span<uint> times = stackalloc uint[4];
        if (!Tpm12Capability.TryRead(response, times))
        {
            return this;
        }

        // Some chips answer in milliseconds; no A of theirs is as short as 1 ms.
        uint unit = times[0] is > 0 and < 1000 ? 1000u : 1u;
        return new(At(times[0], unit, A), At(times[1], unit, B), At(times[2], unit, C), At(times[3], unit, D));
    }

    private static TimeSpan At(uint time, uint unit, TimeSpan usual) =>
        time == 0 ? usual : TimeSpan.FromMicroseconds(Math.Min((long)time * unit, Longest));
}

using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Registers;

/// <summary>How long a TPM 1.2 says that it may take for a command of each kind.</summary>
internal readonly record struct FifoDurations(TimeSpan Short, TimeSpan Medium, TimeSpan Long)
{
    private const uint Millisecond = 1000;

    /// <summary>Where the TPM doesn't say.</summary>
    public static FifoDurations Unknown { get; } = All(CommandDurations.Default);

    /// <summary>The same for every kind.</summary>
    public static FifoDurations All(TimeSpan time) => new(time, time, time);

    /// <summary>From what a TPM answered to <see cref="Tpm12Capability.TisDuration"/>: three numbers of microseconds.</summary>
    public static FifoDurations Read(ReadOnlySpan<byte> response)
    {
        Span<uint> times = stackalloc uint[3];
        if (!Tpm12Capability.TryRead(response, times))
        {
            return Unknown;
        }

        // No short command has to be done in 10 ms: these are milliseconds (Broadcom BCM0102), and the first of them is
        // too little even so.
        bool isMilliseconds = times[0] is > 0 and < 10 * Millisecond;
        long unit = isMilliseconds ? Millisecond : 1;
        return new(
            isMilliseconds ? TimeSpan.FromSeconds(1) : Time(times[0]),
            Time(times[1] * unit),
            Time(times[2] * unit));
    }

    /// <summary>The time of a command.</summary>
    public TimeSpan Of(ReadOnlySpan<byte> command) => Tpm12Ordinals.DurationOf(TpmHeader.Read(command).Code) switch
    {
        Tpm12Duration.Short => Short,
        Tpm12Duration.Medium => Medium,
        Tpm12Duration.Long => Long,
        _ => CommandDurations.Default,
    };

    // A TPM that says nonsense must not make a wait endless.
    private static TimeSpan Time(long microseconds)
    {
        TimeSpan time = TimeSpan.FromMicroseconds(microseconds);
        return microseconds == 0 ? CommandDurations.Default : time < CommandDurations.Longest ? time : CommandDurations.Longest;
    }
}

using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.Spi;

/// <summary>What a frame that went wrong means.</summary>
internal static class SpiBusError
{
    private const string LowAdvice =
        "MISO was low for the whole frame. Check that the TPM has power and is out of reset, that MISO and MOSI are not swapped, and that chip select is the one of this TPM.";

    public static TpmTransportException CanNotHold(string port, SpiWaitMode mode) => new(
        TpmFault.NotSupported,
        $"{port} can't hold chip select between exchanges, which wait={Name(mode)} needs.",
        advice: "Use wait=auto: it works on TPMs that insert a fixed number of wait bytes, or none. Or put chip select on a GPIO line.");

    /// <summary>The chip never set the ready bit while chip select was held.</summary>
    public static TpmTransportException NeverReady(SpiRegisterBus bus, SpiAccess access, ReadOnlySpan<byte> header, int count, byte seenBits, Deadline deadline) => Stuck(
        bus, access, seenBits == 0, string.Create(CultureInfo.InvariantCulture, $"header {Convert.ToHexString(header)}, then {count} wait bytes, {deadline}"));

    /// <summary>The chip was never ready in time in frames that are sent whole.</summary>
    public static TpmTransportException NotMet(SpiRegisterBus bus, SpiAccess access, ReadOnlySpan<byte> input, int attempts, Deadline deadline) => Stuck(
        bus, access, !input.ContainsAnyExcept((byte)0), string.Create(CultureInfo.InvariantCulture, $"{attempts} frames, {deadline}"));

    /// <summary>A frame that was sent whole had other wait bytes than expected, and can't be repeated here.</summary>
    public static TpmTransportException Surprised(SpiRegisterBus bus, SpiAccess access, SpiWaitMode mode, bool holds, ReadOnlySpan<byte> input, int expected, int seen)
    {
        string evidence = string.Create(
            CultureInfo.InvariantCulture,
            $"{access}: header {Convert.ToHexString(input[..SpiAccess.HeaderSize])}, {(seen < 0 ? "no ready bit at all" : $"{seen} wait bytes")} where {expected} were expected");
        return mode == SpiWaitMode.None && !input.ContainsAnyExcept((byte)0)
            ? new TpmTransportException(TpmFault.StuckLow, $"{bus.Name} reads all zeros.", evidence, LowAdvice)
            : new TpmTransportException(
                TpmFault.WaitStates,
                $"The TPM on {bus.Name} inserted wait states that this frame had no room for.",
                evidence,
                mode == SpiWaitMode.None ? "Leave wait=none out."
                : holds ? "The next access waits for the TPM."
                : "A port that can't hold chip select can't serve a TPM whose number of wait bytes on the FIFO varies. Use a port that can, or put chip select on a GPIO line.");
    }

    private static TpmTransportException Stuck(SpiRegisterBus bus, SpiAccess access, bool low, string evidence) => low
        ? new TpmTransportException(TpmFault.StuckLow, $"{bus.Name} reads all zeros.", $"{access}: {evidence}", LowAdvice)
        : new TpmTransportException(
            TpmFault.Timeout,
            $"The TPM on {bus.Name} did not let a register access begin in time.",
            $"{access}: {evidence}",
            "It inserted wait states without end. Reset it (reset=…), and check its clock rate (hz=…) and wiring.");

    private static string Name(SpiWaitMode mode) => mode switch
    {
        SpiWaitMode.Poll => "poll",
        SpiWaitMode.Always => "always",
        _ => "auto",
    };
}

namespace TpmHw.Transports.Registers.Crb;

/// <summary>The interface's time-outs (PTP, "Interface timeouts").</summary>
internal static class CrbTimes
{
    /// <summary>TIMEOUT_A: until a locality is granted.</summary>
    public static readonly TimeSpan A = TimeSpan.FromMilliseconds(750);

    /// <summary>TIMEOUT_B: until a cancelled command has ended.</summary>
    public static readonly TimeSpan B = TimeSpan.FromMilliseconds(2000);

    /// <summary>TIMEOUT_C: until cmdReady, goIdle or relinquish is done.</summary>
    public static readonly TimeSpan C = TimeSpan.FromMilliseconds(200);
}

namespace TpmHw.Core.Tests.Transport;

/// <summary>Counts what a transport allocates once it is warm.</summary>
internal static class Allocations
{
    private const int Commands = 100;

    /// <summary>The bytes that a command allocates on the managed heap.</summary>
    public static double PerCommand(ITpmTransport transport, byte[] command)
    {
        byte[] response = new byte[transport.Info.MaxResponseSize];
        Run(transport, command, response);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(transport, command, response);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Commands;
    }

    private static void Run(ITpmTransport transport, byte[] command, byte[] response)
    {
        for (int i = 0; i < Commands; i++)
        {
            transport.Transmit(command, response);
        }
    }
}

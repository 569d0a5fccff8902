using System.Buffers.Binary;

namespace TpmHw.Simulation;

/// <summary>How long commands take on a model's clock.</summary>
public static class ExecutionTimes
{
    /// <summary>The same for every command.</summary>
    public static ExecutionTime Fixed(TimeSpan time) => _ => time;

    /// <summary>By command code.</summary>
    /// <param name="times">The times of some codes.</param>
    /// <param name="otherwise">The time of all others.</param>
    public static ExecutionTime ByCode(IReadOnlyDictionary<uint, TimeSpan> times, TimeSpan otherwise) => command =>
        times.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(command[6..]), out TimeSpan time) ? time : otherwise;
}

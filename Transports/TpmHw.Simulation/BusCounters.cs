using System.Runtime.InteropServices;

namespace TpmHw.Simulation;

/// <summary>What a driver's work cost on the bus.</summary>
public sealed class BusCounters
{
    private readonly Dictionary<uint, int> _executions = [];

    /// <summary>Times that chip select went low and high again; on I2C, messages; on a memory bus, accesses.</summary>
    public long Frames { get; internal set; }

    /// <summary>Those of <see cref="Frames"/> that ended before their data did, without harm: the chip waited, or a register was read on trial.</summary>
    public long AbandonedFrames { get; internal set; }

    /// <summary>Those of <see cref="Frames"/> that the chip did not acknowledge, on I2C.</summary>
    public long NotAcknowledged { get; internal set; }

    /// <summary>Bytes clocked, headers, waits and addresses among them.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Calls of the port's exchange.</summary>
    public long Exchanges { get; internal set; }

    /// <summary>Reads of TPM_STS; of a CRB, those of CTRL_STS and CTRL_START.</summary>
    public long StatusReads { get; internal set; }

    /// <summary>Those of <see cref="StatusReads"/> that found the TPM executing.</summary>
    public long BusyPolls { get; internal set; }

    /// <summary>Commands that were started, by command code. Each accepted tpmGo, or start, counts one.</summary>
    public IReadOnlyDictionary<uint, int> Executions => _executions;

    /// <summary>Commands that were started, whatever their code.</summary>
    public int TotalExecutions { get; private set; }

    /// <summary>
    /// For the last command: from the TPM being done to the last byte of the driver's first read of the status that says
    /// so. Null until there was such a read.
    /// </summary>
    public TimeSpan? Overshoot { get; internal set; }

    /// <summary>The largest <see cref="Overshoot"/>.</summary>
    public TimeSpan LargestOvershoot { get; private set; }

    /// <summary>Sets everything to zero.</summary>
    public void Clear()
    {
        Frames = AbandonedFrames = NotAcknowledged = Bytes = Exchanges = StatusReads = BusyPolls = 0;
        TotalExecutions = 0;
        _executions.Clear();
        Overshoot = null;
        LargestOvershoot = TimeSpan.Zero;
    }

    internal void Started(uint commandCode)
    {
        TotalExecutions++;
        CollectionsMarshal.GetValueRefOrAddDefault(_executions, commandCode, out _)++;
        Overshoot = null;
    }

    internal void Noticed(TimeSpan overshoot)
    {
        Overshoot = overshoot;
        LargestOvershoot = overshoot > LargestOvershoot ? overshoot : LargestOvershoot;
    }
}

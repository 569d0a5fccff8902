using TpmHw.Simulation;

namespace TpmHw.Testing;

/// <summary>One row of the fault matrix: something that goes wrong, and what a driver may say of it.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Value">How much of it.</param>
/// <param name="Named">The errors that name it; none where the driver has to get over it.</param>
public sealed record FaultTrial(FaultKind Kind, int Value, params IReadOnlyList<TpmFault> Named)
{
    // A buffer has no end of its own: the size in the header is all that there is.
    private static readonly string[] s_crb = ["mmio-crb"];

    private static readonly TpmFault[] s_damaged =
    [
        TpmFault.BadResponse, TpmFault.Truncated, TpmFault.ExpectStuck, TpmFault.BadStatus, TpmFault.NotReady, TpmFault.LocalityLost, TpmFault.NoLocality,
        TpmFault.ChecksumMismatch, TpmFault.FloatingBus, TpmFault.WaitStates,
    ];

    /// <summary>What goes wrong besides.</summary>
    public FaultKind? Also { get; init; }

    /// <summary>Whether the caller cancels the command while it runs.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Whether each response is read twice, because the fault damages what no checksum guards.</summary>
    public bool VerifiesResponses { get; init; }

    /// <summary>Buses whose interface has nothing that shows it: the response is as the TPM gave it, and its reader finds out.</summary>
    public IReadOnlyList<string> HiddenOn { get; init; } = [];

    /// <summary>The errors that name it too, where the bus can't hold chip select.</summary>
    public IReadOnlyList<TpmFault> NamedWithoutHold { get; init; } = [];

    /// <summary>Whether it takes away what the transport has open: the next command goes over another.</summary>
    public bool EndsTransport => Kind == FaultKind.Unplugged;

    /// <summary>Its name in the table.</summary>
    public string Name => string.Concat(
        Words(Kind),
        Value == 0 ? "" : FormattableString.Invariant($" {Value}"),
        Also is { } also ? " and " + Words(also) : "",
        IsCancelled ? ", command cancelled" : "",
        VerifiesResponses ? ", verify=yes" : "");

    /// <summary>All rows, for all buses; a bus has those of its own faults.</summary>
    public static IReadOnlyList<FaultTrial> All { get; } =
    [
        new(FaultKind.Absent, 0, TpmFault.FloatingBus, TpmFault.NotAcknowledged),
        new(FaultKind.MisoFloating, 0, TpmFault.FloatingBus),
        new(FaultKind.MisoStuckLow, 0, TpmFault.StuckLow),
        new(FaultKind.BitsShifted, 0, TpmFault.BitShifted, TpmFault.Aborted),
        new(FaultKind.BytesSwapped, 0, TpmFault.ByteSwapped, TpmFault.Aborted),
        new(FaultKind.BitFlips, 97, s_damaged) { VerifiesResponses = true },
        new(FaultKind.BitFlips, 1009, s_damaged) { VerifiesResponses = true },
        new(FaultKind.WaitStates, 1),
        new(FaultKind.WaitStates, 2),
        new(FaultKind.WaitStates, 255) { NamedWithoutHold = [TpmFault.WaitStates] },
        new(FaultKind.WaitStates, -1, TpmFault.StuckLow),
        new(FaultKind.BurstZero, 0, TpmFault.BurstTimeout),
        new(FaultKind.BurstOne, 0),
        new(FaultKind.BurstFalling, 0),
        new(FaultKind.StsValidLate, 1000),
        new(FaultKind.StsValidLate, 1_000_000, TpmFault.StatusTimeout),
        new(FaultKind.DataAvailLate, 1000),
        new(FaultKind.DataAvailLate, 1_000_000),
        new(FaultKind.CommandReadyLate, 1000),
        new(FaultKind.CommandReadyLate, 10_000_000, TpmFault.NotReady),
        new(FaultKind.ExpectStuck, 0, TpmFault.ExpectStuck),
        new(FaultKind.ExpectStuck, 1, TpmFault.ExpectStuck),
        new(FaultKind.WrongSize, 1, TpmFault.BadResponse, TpmFault.Truncated) { HiddenOn = s_crb },
        new(FaultKind.WrongSize, -1, TpmFault.BadResponse, TpmFault.Truncated) { HiddenOn = s_crb },
        new(FaultKind.WrongSize, 4000, TpmFault.BadResponse),
        new(FaultKind.LeftOverData, 3, TpmFault.BadResponse),
        new(FaultKind.OwnedByAnother, 2, TpmFault.NoLocality, TpmFault.LocalityLost),
        new(FaultKind.GrantLate, 5000),
        new(FaultKind.GrantLate, 5_000_000, TpmFault.NoLocality),
        new(FaultKind.Seized, 3, TpmFault.NoLocality, TpmFault.LocalityLost),
        new(FaultKind.Reset, 30_000, TpmFault.StuckLow, TpmFault.LocalityLost),
        new(FaultKind.Hang, 0, TpmFault.Timeout),
        new(FaultKind.Hang, 0) { IsCancelled = true },
        new(FaultKind.CancelIgnored, 0) { IsCancelled = true },
        new(FaultKind.Hang, 0, TpmFault.Timeout) { Also = FaultKind.CancelIgnored },
        new(FaultKind.StatusBits, 0x21, TpmFault.BadStatus),
        new(FaultKind.NackStorm, 0, TpmFault.NotAcknowledged),
        new(FaultKind.NackEvery, 3),
        new(FaultKind.NackEvery, 5),
        new(FaultKind.ClockStretched, 1000),
        new(FaultKind.ClockStretched, 1_000_000, TpmFault.Timeout),
        new(FaultKind.SdaStuckLow, 0, TpmFault.StuckLow),
        new(FaultKind.CommandDamaged, 20, TpmFault.ChecksumMismatch),
        new(FaultKind.ResponseDamaged, 20, TpmFault.ChecksumMismatch),
        new(FaultKind.FatalError, 0, TpmFault.ChipFailure),
        new(FaultKind.CmdReadyStuck, 0, TpmFault.NotReady),
        new(FaultKind.GoIdleStuck, 0, TpmFault.NotReady),
        new(FaultKind.CmdReadyLost, 1),
        new(FaultKind.CmdReadyLost, 3, TpmFault.NotReady),
        new(FaultKind.WrongBufferAddress, 0x10_0000, TpmFault.BadStatus),
        new(FaultKind.ChunkStuck, 0, TpmFault.Timeout),
        new(FaultKind.UsbStall, 0, TpmFault.InputOutput),
        new(FaultKind.UsbStall, 1, TpmFault.InputOutput),
        new(FaultKind.UsbStall, 2, TpmFault.InputOutput),
        new(FaultKind.UsbTimeout, 0, TpmFault.Timeout),
        new(FaultKind.UsbTimeout, 1, TpmFault.Timeout),
        new(FaultKind.UsbTimeout, 2, TpmFault.Timeout),
        new(FaultKind.UsbShortRead, 0, TpmFault.InputOutput, TpmFault.Timeout),
        new(FaultKind.UsbShortRead, 1),
        new(FaultKind.Unplugged, 0, TpmFault.Disconnected),
        new(FaultKind.Unplugged, 1, TpmFault.Disconnected),
        new(FaultKind.Unplugged, 2, TpmFault.Disconnected),
        new(FaultKind.UsbByteLost, 1, TpmFault.InputOutput, TpmFault.Timeout),
        new(FaultKind.UsbByteLost, 2, TpmFault.InputOutput, TpmFault.Timeout),
    ];

    private static string Words(FaultKind kind)
    {
        IEnumerable<char> Lower(string name) => name.SelectMany(static (c, i) => char.IsUpper(c) && i > 0 ? [' ', char.ToLowerInvariant(c)] : new[] { char.ToLowerInvariant(c) });
        return string.Concat(Lower(kind.ToString()));
    }
}

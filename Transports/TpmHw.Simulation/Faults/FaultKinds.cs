namespace TpmHw.Simulation;

/// <summary>What can go wrong on which bus.</summary>
public static class FaultKinds
{
    // Registers and state machine of the FIFO, whatever is in front of it.
    private static readonly FaultKind[] s_fifo =
    [
        FaultKind.BurstZero,
        FaultKind.BurstOne,
        FaultKind.BurstFalling,
        FaultKind.StsValidLate,
        FaultKind.DataAvailLate,
        FaultKind.ExpectStuck,
        FaultKind.LeftOverData,
        FaultKind.StatusBits,
    ];

    // What every TPM can suffer from.
    private static readonly FaultKind[] s_tpm =
    [
        FaultKind.Absent,
        FaultKind.BitFlips,
        FaultKind.CommandReadyLate,
        FaultKind.WrongSize,
        FaultKind.OwnedByAnother,
        FaultKind.GrantLate,
        FaultKind.Seized,
        FaultKind.Reset,
        FaultKind.Hang,
        FaultKind.CancelIgnored,
    ];

    // A line that data comes in on, bit after bit.
    private static readonly FaultKind[] s_line =
    [
        FaultKind.MisoFloating,
        FaultKind.MisoStuckLow,
        FaultKind.BitsShifted,
        FaultKind.BytesSwapped,
    ];

    // The last two are for its checksum to find; nothing else has one.
    private static readonly FaultKind[] s_i2c =
    [
        FaultKind.NackStorm,
        FaultKind.NackEvery,
        FaultKind.ClockStretched,
        FaultKind.SdaStuckLow,
        FaultKind.CommandDamaged,
        FaultKind.ResponseDamaged,
    ];

    private static readonly FaultKind[] s_crb =
    [
        FaultKind.FatalError,
        FaultKind.CmdReadyStuck,
        FaultKind.GoIdleStuck,
        FaultKind.CmdReadyLost,
        FaultKind.WrongBufferAddress,
        FaultKind.ChunkStuck,
    ];

    private static readonly FaultKind[] s_usb =
    [
        FaultKind.UsbStall,
        FaultKind.UsbTimeout,
        FaultKind.UsbShortRead,
        FaultKind.Unplugged,
    ];

    private static readonly Dictionary<string, FaultKind[]> s_buses = new()
    {
        ["spi"] = [.. s_tpm, .. s_fifo, .. s_line, FaultKind.WaitStates],
        ["i2c"] = [.. s_tpm, .. s_fifo, .. s_line, .. s_i2c],
        ["ltt2go"] = [.. s_tpm, .. s_fifo, .. s_line, FaultKind.WaitStates, .. s_usb],
        ["ftdi-spi"] = [.. s_tpm, .. s_fifo, .. s_line, FaultKind.WaitStates, .. s_usb, FaultKind.UsbByteLost],
        ["ftdi-i2c"] = [.. s_tpm, .. s_fifo, .. s_line.Where(static k => k != FaultKind.BytesSwapped), .. s_i2c, .. s_usb, FaultKind.UsbByteLost],
        ["mmio-fifo"] = [.. s_tpm, .. s_fifo],
        ["mmio-crb"] = [.. s_tpm, .. s_crb],
    };

    /// <summary>The buses, as <c>sim:</c> takes them.</summary>
    public static IReadOnlyCollection<string> Buses => s_buses.Keys;

    /// <summary>The kinds that a bus has.</summary>
    /// <param name="bus">One of <see cref="Buses"/>.</param>
    /// <exception cref="ArgumentException">There is no such bus.</exception>
    public static IReadOnlyList<FaultKind> On(string bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return s_buses.TryGetValue(bus, out FaultKind[]? kinds)
            ? kinds
            : throw new ArgumentException($"There is no bus '{bus}'; there are {string.Join(", ", s_buses.Keys)}.", nameof(bus));
    }
}

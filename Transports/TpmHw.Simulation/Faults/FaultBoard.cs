namespace TpmHw.Simulation;

/// <summary>The faults that were injected: which of them are on.</summary>
internal sealed class FaultBoard
{
    private readonly List<Entry> _entries = [];
    private readonly Entry?[] _on = new Entry?[Enum.GetValues<FaultKind>().Length];

    /// <summary>Called when a fault begins and when it ends.</summary>
    public Action<Fault, bool>? Switched { get; set; }

    /// <summary>Whether any fault has begun, and was not cleared since.</summary>
    public bool HasBegun { get; private set; }

    public void Add(Fault fault) => _entries.Add(new Entry(fault));

    public void Clear()
    {
        foreach (Entry entry in _entries)
        {
            End(entry);
        }

        _entries.Clear();
        HasBegun = false;
    }

    /// <summary>Begins and ends what is due.</summary>
    public void Settle(FaultPhase phase, TimeSpan now)
    {
        foreach (Entry entry in _entries)
        {
            if (!entry.HasBegun && (entry.Fault.From ?? phase) == phase)
            {
                entry.HasBegun = HasBegun = true;
                entry.Start = now;
                _on[(int)entry.Fault.Kind] = entry;
                Switched?.Invoke(entry.Fault, true);
            }

            if (entry.HasBegun && !entry.HasEnded
                && (entry.Accesses >= entry.Fault.Accesses || now - entry.Start >= entry.Fault.Lasts))
            {
                End(entry);
            }
        }
    }

    /// <summary>Counts one access against the faults that end by them.</summary>
    /// <param name="ofUsb">Whether it was a USB transfer that a fault of USB spoiled, and not an access of the chip.</param>
    public void CountAccess(bool ofUsb = false)
    {
        foreach (Entry entry in _entries)
        {
            entry.Accesses += entry.HasBegun && IsOfUsb(entry.Fault.Kind) == ofUsb ? 1 : 0;
        }
    }

    public bool IsOn(FaultKind kind) => _on[(int)kind] is not null;

    public bool IsOn(FaultKind kind, out int value)
    {
        value = _on[(int)kind]?.Fault.Value ?? 0;
        return _on[(int)kind] is not null;
    }

    /// <summary>Whether something that was due since <paramref name="due"/> is still held up, by a fault whose value is the delay in microseconds.</summary>
    public bool IsHeldUp(FaultKind kind, TimeSpan due, TimeSpan now)
    {
        Entry? entry = _on[(int)kind];
        return entry is not null && now < (entry.Start > due ? entry.Start : due) + TimeSpan.FromMicroseconds(entry.Fault.Value);
    }

    private static bool IsOfUsb(FaultKind kind) => kind is FaultKind.UsbStall or FaultKind.UsbTimeout or FaultKind.UsbShortRead or FaultKind.Unplugged;

    private void End(Entry entry)
    {
        if (!entry.HasBegun || entry.HasEnded)
        {
            return;
        }

        entry.HasEnded = true;
        if (_on[(int)entry.Fault.Kind] == entry)
        {
            _on[(int)entry.Fault.Kind] = null;
        }

        Switched?.Invoke(entry.Fault, false);
    }

    private sealed class Entry(Fault fault)
    {
        public Fault Fault { get; } = fault;

        public bool HasBegun { get; set; }

        public bool HasEnded { get; set; }

        public TimeSpan Start { get; set; }

        public int Accesses { get; set; }
    }
}

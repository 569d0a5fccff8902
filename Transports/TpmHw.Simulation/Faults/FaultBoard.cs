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
    public void CountAccess()
    {
        foreach (Entry entry in _entries)
        {
            entry.Accesses += entry.HasBegun && !CountsItself(entry.Fault.Kind) ? 1 : 0;
        }
    }

    /// <summary>What arrives of a byte, which a fault damages at one position. Each byte that it damages counts as an access.</summary>
    public byte Pass(FaultKind damage, int position, byte value)
    {
        if (_on[(int)damage] is not { } entry || entry.Fault.Value != position)
        {
            return value;
        }

        Strike(damage);
        return (byte)(value ^ 1);
    }

    /// <summary>A fault that counts its own accesses has spoiled one.</summary>
    public void Strike(FaultKind kind)
    {
        if (_on[(int)kind] is { } entry && ++entry.Accesses >= entry.Fault.Accesses)
        {
            End(entry);
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

    private static bool CountsItself(FaultKind kind) => kind is FaultKind.CommandDamaged or FaultKind.ResponseDamaged
        or FaultKind.UsbStall or FaultKind.UsbTimeout or FaultKind.UsbShortRead or FaultKind.Unplugged or FaultKind.UsbByteLost;

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

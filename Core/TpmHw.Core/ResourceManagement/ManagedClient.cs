namespace TpmHw.ResourceManagement;

/// <summary>A client of a <see cref="TpmResourceManager"/>: its transport, and the objects that it has.</summary>
internal sealed class ManagedClient(TpmResourceManager share, string name, TpmClientOptions options) : TpmShareClient(share, name, options)
{
    private const uint FirstTransient = 0x80000000;

    private readonly uint[] _expected = new uint[CommandLayout.MostHandles];
    private int _expectedCount;

    /// <summary>Whether the client's transport was disposed.</summary>
    public bool HasLeft { get; set; }

    /// <summary>The number of commands that the client has sent.</summary>
    public long Commands { get; set; }

    /// <summary>The client's objects, ordered by the handles that it sees.</summary>
    public SortedDictionary<uint, ManagedObject> Objects { get; } = [];

    /// <summary>Adds an object and gives it the lowest free handle, as a TPM does.</summary>
    public void Add(ManagedObject added)
    {
        uint handle = FirstTransient;
        while (Objects.ContainsKey(handle))
        {
            handle++;
        }

        added.Virtual = handle;
        Objects.Add(handle, added);
    }

    public override void Expect(ReadOnlySpan<byte> command) => _expectedCount = share.FindHandles(command, _expected);

    protected override bool IsLoaded()
    {
        foreach (uint handle in _expected.AsSpan(0, _expectedCount))
        {
            if (Objects.TryGetValue(handle, out ManagedObject? used) ? !used.IsLoaded : !share.HasLoaded(handle))
            {
                return false;
            }
        }

        return true;
    }
}

using TpmHw.Spec;

namespace TpmHw;

/// <summary>A transient object or a session that nobody disposed: it stays in the TPM until the TPM is reset.</summary>
/// <param name="Handle">What is left in the TPM.</param>
/// <param name="Origin">The stack where it was made.</param>
public sealed record TpmLeak(TpmHandle Handle, string Origin)
{
    /// <summary>What leaked, and where it came from.</summary>
    public override string ToString() => $"{Handle} was never disposed. It was made here:{Environment.NewLine}{Origin}";
}

/// <summary>Reports what was collected without being disposed.</summary>
internal sealed class LeakWatch : IDisposable
{
    private readonly Action<TpmLeak>? _report;
    private readonly TpmHandle _handle;
    private readonly string _origin = "";

    private LeakWatch() => GC.SuppressFinalize(this);

    public LeakWatch(TpmHandle handle, Action<TpmLeak> report)
    {
        (_handle, _report) = (handle, report);
        _origin = Environment.StackTrace;
    }

    ~LeakWatch() => _report?.Invoke(new(_handle, _origin));

    /// <summary>Watches nothing.</summary>
    public static LeakWatch None { get; } = new();

    public void Dispose() => GC.SuppressFinalize(this);
}

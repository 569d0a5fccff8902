using TpmHw.Transport;

namespace TpmHw.Transports;

/// <summary>The TPM that this machine has: the first candidate of any transport that can be opened.</summary>
internal static class AutoTransport
{
    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "auto",
        Summary = "the first TPM that this machine has",
        Example = "auto",
        Open = static _ => TransportCatalog.Default.OpenFirst(),
    };

    /// <summary>The error when nothing could be opened.</summary>
    public static TpmTransportException NothingFound(IReadOnlyList<ProbeResult> failures)
    {
        // What a user can act on: a device node that is there but not open to him says more than a socket that isn't there.
        TpmTransportException? telling = failures.Select(static f => f.Failure!).MinBy(static f => f.Fault == TpmFault.NotFound ? 1 : 0);
        return new TpmTransportException(
            TpmFault.NotFound,
            "No TPM of this machine could be opened.",
            failures.Count == 0
                ? "there was nothing to try"
                : string.Join("\n", failures.Select(static f => $"{f.ConnectionString}: {f.Failure!.Message}")),
            string.Join("\n", new[] { telling?.Advice, "A software TPM is never chosen by itself: ask for it by name, with libtpms." }.Where(static a => !string.IsNullOrEmpty(a))),
            telling);
    }
}

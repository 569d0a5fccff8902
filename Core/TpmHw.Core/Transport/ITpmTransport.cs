namespace TpmHw;

/// <summary>
/// The way to one TPM: one command in, one response out. Every device node, simulator, bus driver and wrapper is
/// one of these, and everything above speaks to nothing else.
/// </summary>
/// <remarks>
/// The contract, which one conformance suite runs against every implementation:
/// <list type="number">
/// <item>The command is one whole TPM command, its header's size equal to the span's length; the response span holds
/// at least <see cref="TpmTransportInfo.MaxResponseSize"/> bytes. Otherwise <see cref="ArgumentException"/> before any I/O.</item>
/// <item>The return value is the response's length, and the response's header has been checked against it.</item>
/// <item>A TPM's own error code is a response. <see cref="TpmTransportException"/> is for the way to the TPM.</item>
/// <item>Cancellation asks the TPM to stop, and leaves the transport ready for the next command. A command that
/// finished first is returned; otherwise <see cref="OperationCanceledException"/>.</item>
/// <item>Every wait has a deadline on a monotonic clock.</item>
/// <item>A command is never sent twice once it may have started executing.</item>
/// <item>After any exception the next command works, or says why not; a response is never returned to another command.</item>
/// <item>One caller at a time; <see cref="Tpm2"/> holds the lock. The call runs on the caller's thread.</item>
/// </list>
/// Abilities beyond this are small interfaces, found with <see cref="TpmTransportExtensions.FindAbility{T}"/>.
/// </remarks>
public interface ITpmTransport : IDisposable
{
    /// <summary>What this transport is, and its limits.</summary>
    TpmTransportInfo Info { get; }

    /// <summary>Sends one command and waits for its response.</summary>
    /// <param name="command">A whole command, header included.</param>
    /// <param name="response">Room for the response: at least <see cref="TpmTransportInfo.MaxResponseSize"/> bytes.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <returns>The response's length in bytes.</returns>
    /// <exception cref="ArgumentException">The command is not one whole command, or the response span is too short. Nothing was sent.</exception>
    /// <exception cref="TpmTransportException">The TPM could not be reached, or what came back is not a response.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the command finished.</exception>
    int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default);
}

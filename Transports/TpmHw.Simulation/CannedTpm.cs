using TpmHw.Wire;

namespace TpmHw.Simulation;

/// <summary>Makes a response.</summary>
/// <param name="command">The whole command.</param>
/// <param name="response">Room for the response.</param>
/// <returns>The response's length.</returns>
public delegate int CannedResponse(ReadOnlySpan<byte> command, Span<byte> response);

/// <summary>A TPM without a TPM: what it answers is settled beforehand. For measuring a bus and trying a driver.</summary>
/// <param name="family">The family that it passes for.</param>
/// <param name="respond">What it answers.</param>
public sealed class CannedTpm(TpmFamily family, CannedResponse respond) : ITpmTransport
{
    /// <inheritdoc/>
    public TpmTransportInfo Info { get; } = new() { Kind = "canned", Name = "canned", Family = family, CrossesWire = false };

    /// <summary>One that answers every command with success and as many zero bytes as make a response of this size.</summary>
    public static CannedTpm OfSize(TpmFamily family, int responseSize) => new(family, (_, response) =>
    {
        response[..responseSize].Clear();
        new TpmHeader(family == TpmFamily.Tpm20 ? TpmHeader.NoSessions : TpmHeader.ResponseTpm12, (uint)responseSize, 0).Write(response);
        return responseSize;
    });

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) => respond(command, response);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

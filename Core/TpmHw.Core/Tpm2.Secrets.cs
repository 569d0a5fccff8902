using TpmHw.Spec.Commands;

namespace TpmHw;

public sealed partial class Tpm2
{
    /// <summary>Gives out the data of a sealed data object (TPM2_Unseal; Part 3, 12.7). Dispose what you get: that clears it.</summary>
    /// <param name="item">The object.</param>
    /// <param name="sessions">As for any command.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public SecretBuffer Unseal(TpmEntity item, TpmSessions sessions = default, CancellationToken cancellationToken = default)
    {
        using Unseal.Response response = Commands.Unseal(item, sessions, cancellationToken);
        return new(response.OutData.Span);
    }

    /// <summary>Gives out the data of a sealed data object (TPM2_Unseal; Part 3, 12.7). Dispose what you get: that clears it.</summary>
    /// <param name="item">The object.</param>
    /// <param name="sessions">As for any command.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public async Task<SecretBuffer> UnsealAsync(TpmEntity item, TpmSessions sessions = default, CancellationToken cancellationToken = default)
    {
        using Unseal.Response response = await Commands.UnsealAsync(item, sessions, cancellationToken).ConfigureAwait(false);
        return new(response.OutData.Span);
    }
}

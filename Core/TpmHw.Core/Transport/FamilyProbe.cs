using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>Finds out which family a TPM is of.</summary>
public static class FamilyProbe
{
    private static readonly byte[] s_question = TpmCommandBytes.Of(new GetCapability(TpmCap.TpmProperties, (uint)TpmPt.FamilyIndicator, 1));

    /// <summary>
    /// The family as the transport knows it; otherwise the TPM is sent a command of TPM 2.0. A TPM 1.2 does not know its tag
    /// and answers with one of its own. A TPM 2.0 keeps to its own tags before Startup and in failure mode too.
    /// </summary>
    /// <param name="tpm">The way to the TPM.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <exception cref="TpmTransportException">The TPM can't be reached.</exception>
    public static TpmFamily Find(ITpmTransport tpm, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        if (tpm.Info.Family is { } known)
        {
            return known;
        }

        byte[] answer = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(s_question, answer, cancellationToken);
        return TpmHeader.Read(answer).Tag == TpmHeader.ResponseTpm12 ? TpmFamily.Tpm12 : TpmFamily.Tpm20;
    }

    /// <summary>The family of a TPM that refused a command of TPM 2.0.</summary>
    /// <param name="error">What it answered.</param>
    public static TpmFamily Of(TpmResponseCode error) => error.Format == TpmResponseFormat.Tpm12 ? TpmFamily.Tpm12 : TpmFamily.Tpm20;
}

using TpmHw.Wire;

namespace TpmHw.Cli.Info;

/// <summary>Finds out which family a TPM is of.</summary>
internal static class FamilyProbe
{
    // TPM2_GetCapability(TPM_CAP_TPM_PROPERTIES, TPM_PT_FAMILY_INDICATOR, 1)
    private static ReadOnlySpan<byte> Question => [0x80, 0x01, 0, 0, 0, 22, 0, 0, 0x01, 0x7A, 0, 0, 0, 6, 0, 0, 0x01, 0, 0, 0, 0, 1];

    /// <summary>The family as far as the transport knows it, otherwise by what the TPM says to a command of TPM 2.0: a TPM 1.2 does not know its tag.</summary>
    public static TpmFamily Find(ITpmTransport transport, CancellationToken cancellationToken)
    {
        if (transport.Info.Family is { } known)
        {
            return known;
        }

        byte[] response = new byte[transport.Info.MaxResponseSize];
        transport.Transmit(Question, response, cancellationToken);
        return TpmHeader.Read(response).Tag == TpmHeader.ResponseTpm12 ? TpmFamily.Tpm12 : TpmFamily.Tpm20;
    }
}

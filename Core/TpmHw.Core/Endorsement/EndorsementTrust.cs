using System.Security.Cryptography.X509Certificates;

namespace TpmHw;

/// <summary>Who is believed to say that an endorsement key is one of a TPM. Nothing is downloaded.</summary>
/// <param name="Roots">Root certificates of TPM makers, which chains must end in.</param>
/// <param name="Intermediates">Certificates between the TPM's and the roots, beside those that the TPM itself has; null for none.</param>
public sealed record EndorsementTrust(X509Certificate2Collection Roots, X509Certificate2Collection? Intermediates = null);

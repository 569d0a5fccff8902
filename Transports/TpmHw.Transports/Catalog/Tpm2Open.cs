using TpmHw.Transports;

namespace TpmHw;

/// <summary>Opens a TPM by its connection string.</summary>
public static class Tpm2Open
{
    extension(Tpm2)
    {
        /// <summary>Opens the TPM that a connection string describes, such as <c>auto</c>, <c>device:/dev/tpmrm0</c> or <c>libtpms</c>.</summary>
        /// <param name="connectionString">The connection string. Beside its transport's options it takes those of <see cref="ProtectionOptions"/>: <c>swtpm:port=2321,pin=tpm.pin</c>.</param>
        /// <param name="options">How to treat the TPM, beside what the connection string says of it.</param>
        /// <exception cref="TpmTransportException">The string is not understood, contradicts the options, or there is no such TPM; the exception says what to do.</exception>
        /// <exception cref="TpmTrustException">A pin or certificates that it names can't be read.</exception>
        public static Tpm2 Open(string connectionString, Tpm2Options? options = null) => TransportCatalog.Default.OpenTpm(connectionString, options);
    }
}

using TpmHw.Transports;

namespace TpmHw;

/// <summary>Opens a TPM by its connection string.</summary>
public static class Tpm2Open
{
    extension(Tpm2)
    {
        /// <summary>Opens the TPM that a connection string describes, such as <c>auto</c>, <c>device:/dev/tpmrm0</c> or <c>libtpms</c>.</summary>
        /// <exception cref="TpmTransportException">The string is not understood, or there is no such TPM; the exception says what to do.</exception>
        public static Tpm2 Open(string connectionString) => new(TransportCatalog.Default.Open(connectionString));
    }
}

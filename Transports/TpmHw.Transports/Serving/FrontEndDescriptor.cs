using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>A front end's description of itself: a protocol by which other programs reach the TPM.</summary>
public sealed record FrontEndDescriptor : ConnectionDescriptor;

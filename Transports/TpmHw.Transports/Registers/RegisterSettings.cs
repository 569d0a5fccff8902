using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>What the connection strings of register transports have in common.</summary>
public static class RegisterSettings
{
    /// <summary><c>seize</c>.</summary>
    public static TransportOption Seize { get; } = new("seize", "whether to take the TPM from another locality although its command may still run", TransportOptionKind.Flag);

    /// <summary><c>verify</c>.</summary>
    public static TransportOption Verify { get; } = new("verify", "whether to read every response twice and compare, for wires that are in doubt", TransportOptionKind.Flag);

    /// <summary><c>timeout</c>.</summary>
    public static TransportOption Timeout { get; } = new("timeout", "time that a command may take; without it as long as its kind may need", TransportOptionKind.Milliseconds);

    /// <summary>The options of these names that were given.</summary>
    public static RegisterTransportOptions Read(TransportSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new RegisterTransportOptions
        {
            Timeout = settings.Time(Timeout.Name),
            SeizesLocality = settings.Flag(Seize.Name),
            VerifiesResponses = settings.Flag(Verify.Name),
        };
    }
}

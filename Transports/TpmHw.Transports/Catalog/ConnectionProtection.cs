using TpmHw.Transport;

namespace TpmHw.Transports;

/// <summary>What one connection string says of the protection of commands.</summary>
/// <param name="descriptor">Its transport's description, with <see cref="ProtectionOptions"/>.</param>
/// <param name="settings">The options that were given.</param>
internal sealed class ConnectionProtection(TransportDescriptor descriptor, TransportSettings settings)
{
    /// <summary>The first of <see cref="ProtectionOptions"/> that was given, or null.</summary>
    public string? FirstGiven => ProtectionOptions.All.Select(static o => o.Name).FirstOrDefault(settings.IsGiven);

    /// <summary>Adds it to what the program wants. Neither takes anything from the other.</summary>
    /// <exception cref="TpmTransportException">The two contradict each other.</exception>
    /// <exception cref="TpmTrustException">The certificates can't be read.</exception>
    public Tpm2Options AddTo(Tpm2Options options)
    {
        string? pin = settings.Text(ProtectionOptions.Pin);
        string? trust = settings.Text(ProtectionOptions.Trust);
        bool? protect = settings.Text(ProtectionOptions.Protect) switch
        {
            ProtectionOptions.On => true,
            ProtectionOptions.Off => false,
            _ => null,
        };
        bool pinned = options.SaltKeyName is not null || options.PinStore is not null;
        ThrowIf(pin is not null && pinned, "the TPM is pinned in another place already, and one pin is enough.");
        ThrowIf(trust is not null && options.EndorsementTrust is not null, "who is trusted is told in another place already.");
        ThrowIf(protect is { } wanted && options.ProtectBus == !wanted, "another place says the opposite of protect.");
        bool asks = pin is not null || trust is not null || options.AsksForIdentity;
        ThrowIf(asks && (protect ?? options.ProtectBus) == false, "a pinned or trusted TPM is known by the protection of its bus, which is off.");
        return options with
        {
            PinStore = pin is null ? options.PinStore : new TpmPinFile(pin),
            EndorsementTrust = trust is null ? options.EndorsementTrust : EndorsementTrust.Load(trust),
            ProtectBus = protect ?? options.ProtectBus,
        };
    }

    private void ThrowIf(bool contradiction, string what)
    {
        if (contradiction)
        {
            throw TransportSettings.Bad(descriptor, settings.ConnectionString, what);
        }
    }
}

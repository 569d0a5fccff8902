using TpmHw.Spec;
using TpmHw.Transport;

namespace TpmHw;

/// <summary>A TPM 2.0 behind any transport. Any thread may call: commands take turns.</summary>
/// <remarks>
/// The synchronous methods run on the caller's thread. The asynchronous ones run the same code on a thread of this
/// object's own, which the first of them starts.
/// </remarks>
public sealed partial class Tpm2 : IDisposable
{
    private readonly CommandEngine _engine;

    /// <summary>Takes over a transport: it is disposed with this object.</summary>
    /// <param name="transport">The way to the TPM.</param>
    /// <param name="options">How to treat it.</param>
    public Tpm2(ITpmTransport transport, Tpm2Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        Transport = transport;
        Options = options ?? new();
        _engine = new(transport, Options);
        Commands = new(_engine);
    }

    /// <summary>The transport that commands go through.</summary>
    public ITpmTransport Transport { get; }

    /// <summary>How the TPM is treated.</summary>
    public Tpm2Options Options { get; }

    /// <summary>Every command of the specification, one to one.</summary>
    public Tpm2Commands Commands { get; }

    /// <summary>What this TPM has. A command that it says it lacks is not sent.</summary>
    public TpmCapabilities Capabilities => _engine.Capabilities;

    /// <summary>How secrets are protected on their way to the TPM and back.</summary>
    public BusProtection BusProtection => _engine.Protection;

    /// <summary>
    /// The Name of the key that sessions are salted with, or null until the first protected command. Kept, and given as
    /// <see cref="Tpm2Options.SaltKeyName"/> the next time, it pins the TPM.
    /// </summary>
    public Tpm2bName? SaltKeyName => BusProtection.KeyName;

    /// <summary>Ends a running command, drops those that wait for their turn, and disposes the transport.</summary>
    public void Dispose() => _engine.Dispose();
}

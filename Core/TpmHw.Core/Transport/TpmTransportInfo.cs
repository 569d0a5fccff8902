using TpmHw.Spec;

namespace TpmHw;

/// <summary>What a transport is, as far as it knows without asking the TPM.</summary>
public sealed record TpmTransportInfo
{
    /// <summary>The size that TPMs usually take and give, in bytes (TPM_PT_MAX_COMMAND_SIZE of most).</summary>
    public const int UsualSize = 4096;

    /// <summary>The transport's name in a connection string, such as <c>device</c> or <c>swtpm</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The connection string that opened it, as the user wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>The TPM's family where the transport knows it; otherwise null, and one has to ask the TPM.</summary>
    public TpmFamily? Family { get; init; }

    /// <summary>The longest command that can be sent, in bytes.</summary>
    public int MaxCommandSize { get; init; } = UsualSize;

    /// <summary>The room that every response span must have, in bytes.</summary>
    public int MaxResponseSize { get; init; } = UsualSize;

    /// <summary>Whether somebody below already shares the TPM out (the kernel's resource manager, TBS): handles are then this client's own.</summary>
    public bool HasResourceManager { get; init; }

    /// <summary>
    /// The commands that whoever is below keeps to itself. <see cref="Tpm2"/> neither sends them on its own account nor
    /// for its caller, who gets a <see cref="TpmCommandBlockedException"/>; <see cref="ITpmTransport.Transmit"/> passes on any command.
    /// </summary>
    public IReadOnlyList<TpmCc> ReservedCommands { get; init; } = [];

    /// <summary>
    /// Whether commands may pass a bus that others can reach. False only if the transport knows that they stay in this
    /// process: a software TPM in its memory, or a recording that is played back. Sockets (Unix sockets too), programs, device
    /// nodes and operating systems don't know what lies behind them, so they cross one; see <see cref="Tpm2Options.ProtectBus"/>.
    /// </summary>
    public bool CrossesWire { get; init; } = true;
}

/// <summary>The two families of the TPM specification.</summary>
public enum TpmFamily
{
    /// <summary>TPM 1.2.</summary>
    Tpm12,

    /// <summary>TPM 2.0.</summary>
    Tpm20,
}

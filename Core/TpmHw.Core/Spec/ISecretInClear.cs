namespace TpmHw.Spec;

/// <summary>
/// A command that can have a secret, or ask for one, where no session encrypts. The generator implements it for commands
/// with an <see cref="InClearAttribute"/>.
/// </summary>
internal interface ISecretInClear
{
    /// <summary>What to do instead, or null if this command puts nothing in clear.</summary>
    string? InClear { get; }
}

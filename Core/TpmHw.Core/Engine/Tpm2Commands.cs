namespace TpmHw;

/// <summary>
/// The commands of Part 3, one to one: a method and its asynchronous twin for each. Handles that need authorisation
/// are authorised with an empty password.
/// </summary>
public sealed partial class Tpm2Commands
{
    private readonly CommandEngine _engine;

    internal Tpm2Commands(CommandEngine executor) => _engine = executor;
}

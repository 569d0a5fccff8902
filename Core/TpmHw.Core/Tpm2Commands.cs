namespace TpmHw;

/// <summary>
/// The commands of Part 3, one to one: a method and its asynchronous twin for each. Handles that need authorisation
/// are authorised with an empty password.
/// </summary>
public sealed partial class Tpm2Commands
{
    private readonly Tpm2Executor _executor;

    internal Tpm2Commands(Tpm2Executor executor) => _executor = executor;
}

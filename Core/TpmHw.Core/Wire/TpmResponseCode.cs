namespace TpmHw.Wire;

/// <summary>TPM_RC: how a command ended (Part 2, 6.6).</summary>
/// <param name="Value">The 32 bits.</param>
public readonly record struct TpmResponseCode(uint Value)
{
    /// <summary>Whether the command succeeded.</summary>
    public bool IsSuccess => Value == 0;
}

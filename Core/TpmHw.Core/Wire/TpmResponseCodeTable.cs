namespace TpmHw.Wire;

/// <summary>What one response code means.</summary>
internal readonly record struct TpmResponseMeaning(string Name, string Description, string Advice = "");

/// <summary>
/// The response codes in words, one file for each source of codes. A row is an arm of a switch: it costs nothing until
/// its code is looked up.
/// </summary>
internal static partial class TpmResponseCodeTable
{
    public static readonly TpmResponseMeaning Success = new("TPM_RC_SUCCESS", "The command succeeded.");
}

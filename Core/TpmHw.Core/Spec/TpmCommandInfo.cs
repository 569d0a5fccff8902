namespace TpmHw.Spec;

/// <summary>The shape of a command, as its table in Part 3 gives it.</summary>
/// <param name="Code">Its command code.</param>
/// <param name="Handles">How many handles it has.</param>
/// <param name="AuthorizedHandles">How many of them, from the first, need an authorisation session each.</param>
/// <param name="ResponseHandles">How many handles its response has: 0 or 1.</param>
/// <param name="TakesDecrypt">Whether its first parameter is a TPM2B, so that a session can encrypt it.</param>
/// <param name="TakesEncrypt">Whether its response's first parameter is a TPM2B, so that a session can encrypt it.</param>
public readonly partial record struct TpmCommandInfo(
    TpmCc Code, int Handles, int AuthorizedHandles, int ResponseHandles, bool TakesDecrypt, bool TakesEncrypt);

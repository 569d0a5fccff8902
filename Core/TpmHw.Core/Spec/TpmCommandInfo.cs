namespace TpmHw.Spec;

/// <summary>The shape of a command, as its table in Part 3 gives it.</summary>
/// <param name="Code">Its command code.</param>
/// <param name="Handles">How many handles it has.</param>
/// <param name="AuthorizedHandles">How many of them, from the first, need an authorisation session each.</param>
/// <param name="ResponseHandles">How many handles its response has: 0 or 1.</param>
/// <param name="TakesDecrypt">Whether its first parameter is a TPM2B, so that a session can encrypt it.</param>
/// <param name="TakesEncrypt">Whether its response's first parameter is a TPM2B, so that a session can encrypt it.</param>
public readonly partial record struct TpmCommandInfo(
    TpmCc Code, int Handles, int AuthorizedHandles, int ResponseHandles, bool TakesDecrypt, bool TakesEncrypt)
{
    /// <summary>Whether it may have sessions (Part 3: "Tag" of its table).</summary>
    internal bool TakesSessions { get; init; }

    /// <summary>Whether it is harmless if the TPM executes it twice.</summary>
    internal bool IsRepeatable { get; init; }

    /// <summary>What of the command's parameters is kept from whoever reads a log.</summary>
    internal SecretPart CommandSecrets { get; init; }

    /// <summary>What of the response's parameters is.</summary>
    internal SecretPart ResponseSecrets { get; init; }
}

/// <summary>Which parameters of a message are kept from whoever reads a log.</summary>
internal enum SecretPart
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>The first one, a TPM2B.</summary>
    First,

    /// <summary>All of them.</summary>
    All,
}

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
    /// <summary>Whether it has parameters behind its handles.</summary>
    internal bool HasParameters { get; init; }

    /// <summary>Whether it may have sessions (Part 3: "Tag" of its table).</summary>
    internal bool TakesSessions { get; init; }

    /// <summary>What of the command's parameters is kept from whoever reads a log.</summary>
    internal SecretPart CommandSecrets { get; init; }

    /// <summary>What of the response's parameters is.</summary>
    internal SecretPart ResponseSecrets { get; init; }

    /// <summary>The version 1.16, which the oldest chips in use have.</summary>
    internal const int FirstVersion = 116;

    /// <summary>The published version of the specification that has it first, as TPM_PT_REVISION counts: 138 for 1.38; 116 for 1.16 and before.</summary>
    public int Since { get; init; }

    /// <summary>How long it may take.</summary>
    internal CommandDuration Duration { get; init; }

    /// <summary>Whether a TPM that executes it twice is as if it had done so once.</summary>
    internal bool IsRepeatable { get; init; }

    /// <summary>Whether many TPMs do not have it, so that the TPM is asked before it is sent.</summary>
    internal bool IsRare { get; init; }
}

/// <summary>How long a command may take: CommandDurations has the times.</summary>
internal enum CommandDuration : byte
{
    /// <summary>It uses a key, or does what only the vendor knows.</summary>
    Default,

    /// <summary>It neither generates a key nor uses one.</summary>
    Prompt,

    /// <summary>It generates a key, or is as slow on some chips.</summary>
    Longest,
}

/// <summary>Which parameters of a message are kept from whoever reads a log.</summary>
internal enum SecretPart : byte
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>The first one, a TPM2B.</summary>
    First,

    /// <summary>All of them.</summary>
    All,
}

namespace TpmHw.Cli.Info;

/// <summary>The protection against guessing (Part 1, 19.8; Part 3, 25.3). Times are in seconds in which the TPM has power.</summary>
/// <param name="InLockout">Whether authorizations are refused now.</param>
/// <param name="Failed">Failed tries that are remembered.</param>
/// <param name="Max">Failed tries that lock.</param>
/// <param name="Interval">After how long one failed try is forgotten; 0: the protection is off.</param>
/// <param name="Recovery">How long lockout's own authorization is refused after it failed; 0: until the next restart.</param>
internal sealed record Lockout(bool InLockout, uint Failed, uint Max, uint Interval, uint Recovery)
{
    /// <summary>Tries that are left.</summary>
    public uint TriesLeft => InLockout || Failed >= Max ? 0 : Max - Failed;

    /// <summary>How it stands.</summary>
    public string State => (Interval, TriesLeft) switch
    {
        (0, > 0) => "off: failed tries are not counted",
        (_, 0) => "LOCKED: authorizations with protected keys are refused",
        _ when Failed == 0 => $"not locked; all {Max} tries are left",
        _ => $"not locked; {TriesLeft} of {Max} tries are left",
    };

    /// <summary>What time does to it.</summary>
    public string Outlook => (Interval, Failed) switch
    {
        (0, _) => "nothing changes by waiting",
        (_, 0) => $"a failed try is forgotten after {Duration.Words(Interval)}",
        (_, 1) => $"the failed try is forgotten within {Duration.Words(Interval)}",
        _ => $"one failed try is forgotten every {Duration.Words(Interval)}, all {Failed} within {Duration.Words((ulong)Interval * Failed)}",
    };

    /// <summary>What becomes of lockout's own authorization.</summary>
    public string OwnAuthorization => Recovery == 0
        ? "one failed try at resetting it bars further ones until the TPM is restarted"
        : $"one failed try at resetting it bars further ones for {Duration.Words(Recovery)}";
}

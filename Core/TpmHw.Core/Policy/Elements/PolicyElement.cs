using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>An element of a policy: a command of Part 3, 23, with what goes into its digest.</summary>
public abstract record PolicyElement
{
    private protected PolicyElement()
    {
    }

    /// <summary>The command.</summary>
    public abstract TpmCc Command { get; }

    /// <summary>Whether it sets the digest back to zeros, so that what was before doesn't count.</summary>
    internal virtual bool StartsOver => false;

    private protected virtual string Detail => "";

    /// <summary>The command, and what it is about.</summary>
    public sealed override string ToString() => $"{Command.CommandName()} {Detail}".TrimEnd();

    /// <summary>What the command does to a session's digest.</summary>
    internal abstract void Extend(TpmPolicyDigest digest);

    /// <summary>What stands in the way, as far as that shows without the command; null where nothing does.</summary>
    internal virtual PolicyObstacle? Check(PolicyRun run) => null;

    /// <summary>Executes the command in a session.</summary>
    internal abstract void Execute(PolicyRun run);

    private protected PolicyObstacle? OnlyFor(PolicyRun run, TpmCc code) => run.Command is { } wanted && wanted != code
        ? Obstacle(PolicyObstacleKind.OtherCommand, $"the session is to be used for {wanted.CommandName()}")
        : null;

    private protected PolicyObstacle Obstacle(PolicyObstacleKind kind, string evidence) => new(this, kind, evidence);
}

using TpmHw.Spec;

namespace TpmHw.Sessions;

/// <summary>The authorization value of a command's first handle in the HMAC of its response.</summary>
internal enum AnsweringAuth
{
    /// <summary>The one that authorized the command.</summary>
    Same,

    /// <summary>The one that the command has set.</summary>
    New,

    /// <summary>The empty one: the command has reset it, or what it authorized is gone.</summary>
    Empty,
}

/// <summary>What a command changes about what authorizes it, and about what is known of the TPM.</summary>
/// <param name="AnsweringAuth">What its response is authenticated with (Part 1, 19.6.5).</param>
/// <param name="OnlyFor">The one handle for which that holds; null for any.</param>
/// <param name="Seed">The hierarchy whose primary keys are other ones afterwards; null for none.</param>
/// <param name="ResetsClock">Whether it sets the clock and the reset counters to zero.</param>
internal readonly record struct CommandEffect(
    AnsweringAuth AnsweringAuth = AnsweringAuth.Same, TpmRh? OnlyFor = null, TpmRh? Seed = null, bool ResetsClock = false)
{
    public AnsweringAuth AuthOf(TpmEntity first) => OnlyFor is { } only && first.Handle != only ? AnsweringAuth.Same : AnsweringAuth;
}

/// <summary>The commands that change what authorizes them or what is known of the TPM, in one table.</summary>
internal static class CommandEffects
{
    public static CommandEffect Of(TpmCc command) => command switch
    {
        TpmCc.HierarchyChangeAuth or TpmCc.NvChangeAuth => new(AnsweringAuth.New), // Part 3, 24.8 and 31.15

        // Part 3, 24.6: lockoutAuth, ownerAuth and endorsementAuth become empty, the owner's seed another one.
        TpmCc.Clear => new(AnsweringAuth.Empty, TpmRh.Lockout, Seed: TpmRh.Owner, ResetsClock: true),
        TpmCc.ChangeEps => new(Seed: TpmRh.Endorsement), // Part 3, 24.5
        TpmCc.ChangePps => new(Seed: TpmRh.Platform), // Part 3, 24.4

        // Part 3, 31.5: the index is gone before the response is made, and its value with it.
        TpmCc.NvUndefineSpaceSpecial => new(AnsweringAuth.Empty),
        _ => default,
    };

    /// <summary>Tells the command's entities what the TPM has carried out, after its response was verified.</summary>
    public static void Apply(TpmCc command, in TpmEntities entities, ReadOnlySpan<byte> newAuth)
    {
        entities.ApplyEffect(command);
        CommandEffect effect = Of(command);
        if (effect.AnsweringAuth == AnsweringAuth.Same)
        {
            return;
        }

        switch (effect.AuthOf(entities[0]))
        {
            case AnsweringAuth.New:
                entities[0].SetAuthValue(newAuth);
                break;
            case AnsweringAuth.Empty:
                entities[0].SetAuthValue(default);
                break;
        }
    }
}

using TpmHw.Wire;

namespace TpmHw.Testing.Hostile;

/// <summary>What came of one attack on one message.</summary>
/// <param name="Scenario">What the victim did.</param>
/// <param name="Attack">What the attacker did.</param>
/// <param name="At">To which message.</param>
/// <param name="Command">The command that was attacked.</param>
/// <param name="IsRight">Whether the victim got the right result; otherwise it was refused.</param>
/// <param name="Problems">What must not be; empty if all is well.</param>
public sealed record HostileCell(string Scenario, HostileAttack Attack, int At, string Command, bool IsRight, IReadOnlyList<string> Problems)
{
    /// <summary>Where it was and what must not be.</summary>
    public override string ToString() => $"{Scenario}: {Attack.Column} {Attack.Name} at message {At} ({Command}): {string.Join("; ", Problems)}";
}

/// <summary>
/// Every attack on every message of every scenario. Whatever the attacker does, the victim gets the right result and the TPM
/// is in the right state, or the victim gets a typed error and the effect has happened once at most.
/// </summary>
public sealed class InterposerMatrix : IDisposable
{
    private readonly HostileMaker _maker = new();
    private readonly HostileTpm _real = new();
    private readonly HostileTpm _elsewhere = new();

    /// <summary>Two TPMs: the victim's and the attacker's.</summary>
    public InterposerMatrix()
    {
        // A certificate is public: the attacker's TPM has it too.
        byte[] certificate = _maker.Certify(_real.PublicOf(HostileTpm.SaltKey));
        _real.Store(certificate);
        _elsewhere.Store(certificate);
    }

    /// <summary>How many messages a scenario has, to the end of the victim's <see cref="Tpm2"/>.</summary>
    /// <exception cref="InvalidOperationException">It fails without an attacker.</exception>
    public int Messages(HostileScenario scenario)
    {
        HostileRun run = Run(scenario, null, 0, 0);
        return run.Problems.Count == 0 && run.IsRight
            ? run.Messages
            : throw new InvalidOperationException($"{scenario.Name} fails without an attacker: {run.Error} {string.Join("; ", run.Problems)}");
    }

    /// <summary>Tries one attack on one message.</summary>
    /// <returns>What came of it; null if the attack can't be made there.</returns>
    public HostileCell? Try(HostileScenario scenario, HostileAttack attack, int at, int seed)
    {
        HostileRun run = Run(scenario, attack, at, seed);
        return run.Attacked is { } command ? new(scenario.Name, attack, at, command, run.IsRight, run.Problems) : null;
    }

    /// <summary>Tries the attacks on all messages.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">What the attacker's choices come from.</param>
    /// <param name="skip">How many cells are left out at first.</param>
    /// <param name="stride">Every how manyeth cell is tried.</param>
    public IEnumerable<HostileCell> Try(HostileScenario scenario, int seed, int skip = 0, int stride = 1)
    {
        int messages = Messages(scenario);
        for (int i = skip; i < messages * Attacks.All.Count; i += stride)
        {
            if (Try(scenario, Attacks.All[i % Attacks.All.Count], i / Attacks.All.Count, seed + i) is { } cell)
            {
                yield return cell;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _real.Dispose();
        _elsewhere.Dispose();
        _maker.Dispose();
    }

    private HostileRun Run(HostileScenario scenario, HostileAttack? attack, int at, int seed)
    {
        _real.Restore();
        scenario.Prepare(_real);
        if (attack is { NeedsElsewhere: true })
        {
            _elsewhere.Restore();
            scenario.Prepare(_elsewhere);
        }

        return new HostileRun(scenario, attack, _real, OptionsFor(scenario.Kind)).Go(_elsewhere.Transport, at, seed);
    }

    private Tpm2Options OptionsFor(VictimKind kind) => kind switch
    {
        VictimKind.Pinned => new() { SaltKeyName = _real.SaltKeyName },
        VictimKind.Certified => new() { EndorsementTrust = _maker.Trust },
        _ => new(),
    };
}

/// <summary>One victim and one attack.</summary>
internal sealed class HostileRun(HostileScenario scenario, HostileAttack? attack, HostileTpm real, Tpm2Options options)
{
    // Commands whose loss leaves something in the TPM that the victim can't know of, or can't get rid of.
    private static readonly Spec.TpmCc[] s_leaving =
    [
        Spec.TpmCc.StartAuthSession, Spec.TpmCc.CreatePrimary, Spec.TpmCc.Load, Spec.TpmCc.LoadExternal, Spec.TpmCc.CreateLoaded, Spec.TpmCc.FlushContext,
    ];

    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public bool IsRight { get; private set; }

    public string Error { get; private set; } = "";

    public int Messages { get; private set; }

    public string? Attacked { get; private set; }

    public HostileRun Go(ITpmTransport elsewhere, int at, int seed)
    {
        var wire = new HostileWire(real.Transport, elsewhere);
        var victim = new HostileVictim(real, wire, options);
        long effect = scenario.Effect?.Invoke(real) ?? 0;
        uint tries = real.LockoutCounter;
        if (scenario.Kind == VictimKind.FirstUse)
        {
            victim.Tpm.GetRandom(1);
        }

        wire.Arm(attack, at, seed);
        IsRight = Guarded(() => scenario.Act(victim));
        long happened = scenario.Effect is { } measure ? measure(real) - effect : 0;
        if (scenario.Effect is not null && (happened is < 0 or > 1 || (IsRight && happened != 1)))
        {
            _problems.Add(IsRight && happened == 0 ? "success believed, and nothing happened" : $"the effect happened {happened} times");
        }

        if (!_problems.Exists(static p => p.StartsWith("hang", StringComparison.Ordinal)))
        {
            wire.IsPaused = true;
            GoOn(victim);
            wire.IsPaused = false;
        }

        Guarded(victim.Dispose);
        (Messages, Attacked) = (wire.Count, wire.Attacked.Count > 0 ? $"{(Spec.TpmCc)TpmHeader.Read(wire.Attacked[0]).Code}" : null);
        Check(victim, wire, tries);
        return this;
    }

    /// <summary>Whether the victim can use the TPM once the attacker is gone. It may hear once of what has happened.</summary>
    private void GoOn(HostileVictim victim)
    {
        if (attack is { GoesOn: true } || (IsRight && !scenario.LeavesKeys) || !real.Has(HostileTpm.Item))
        {
            return;
        }

        string error = "";
        for (int i = 0; i < 2; i++)
        {
            try
            {
                Scenarios.UnsealItem(victim);
                return;
            }
            catch (TpmException e)
            {
                error = Short(e);
            }
            catch (Exception e)
            {
                _problems.Add($"afterwards {Short(e)}");
                return;
            }
        }

        _problems.Add($"can't go on: {error}");
    }

    private void Check(HostileVictim victim, HostileWire wire, uint tries)
    {
        _problems.AddRange(wire.Findings.Distinct());
        foreach (byte[] secret in victim.Secrets)
        {
            if (wire.Exchanges.Exists(e => Has(e.Command, secret) || Has(e.Answer, secret) || e.Executed.Any(x => Has(x.Answer, secret))))
            {
                _problems.Add("a secret was seen");
            }
        }

        if (attack is not { AltersCommands: true } && real.LockoutCounter > tries)
        {
            _problems.Add("the right password cost a lockout try");
        }

        if (scenario.UsesLockout && !real.TryResetLockout() && attack is not { AltersCommands: true })
        {
            _problems.Add("the right value cost the lockout hierarchy its one try");
        }

        int left = real.Loaded.Count;
        if (left > 0 && attack is not { GoesOn: true } && !wire.Attacked.Exists(static c => s_leaving.Contains((Spec.TpmCc)TpmHeader.Read(c).Code)))
        {
            _problems.Add("sessions or objects are left behind");
        }
    }

    private bool Guarded(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (HostileFindingException e)
        {
            _problems.Add(e.Message);
        }
        catch (HostileHangException e)
        {
            _problems.Add($"hang: {e.Message}");
        }
        catch (TpmException e)
        {
            Error = Short(e);
        }
        catch (Exception e)
        {
            _problems.Add($"no TpmException: {Short(e)}");
        }

        return false;
    }

    private static bool Has(byte[] message, byte[] secret) => message.AsSpan().IndexOf(secret) >= 0;

    private static string Short(Exception e) => $"{e.GetType().Name}: {e.Message.Split('\n')[0]}";
}

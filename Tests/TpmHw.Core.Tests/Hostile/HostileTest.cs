using TpmHw.Spec;
using TpmHw.Testing.Hostile;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>A TPM, a wire that the test owns, and a program behind it that has met its TPM already.</summary>
public abstract class HostileTest : IDisposable
{
    private protected HostileTest()
    {
        Wire = new(Real.Transport);
        Tpm = new(Wire);
        Tpm.GetRandom(1);
    }

    private protected HostileTpm Real { get; } = new();

    private protected HostileWire Wire { get; }

    private protected Tpm2 Tpm { get; }

    public virtual void Dispose()
    {
        Tpm.Dispose();
        Real.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>From now on, the attacker does this.</summary>
    private protected void Do(Deed deed) => Wire.Arm(deed, 0, 1);

    /// <summary>From now on, nobody does anything.</summary>
    private protected void Stop() => Wire.IsPaused = true;

    /// <summary>How many commands of a kind the victim has sent.</summary>
    private protected int Count(TpmCc command) => Wire.Exchanges.Count(e => TpmHeader.Read(e.Command).Code == (uint)command);

    /// <summary>Whether bytes were seen in clear.</summary>
    private protected bool IsSeen(byte[] secret) => Wire.Exchanges.Exists(e =>
        e.Command.AsSpan().IndexOf(secret) >= 0 || e.Answer.AsSpan().IndexOf(secret) >= 0 || e.Executed.Any(x => x.Answer.AsSpan().IndexOf(secret) >= 0));

    /// <summary>What an action ends with: null, or a <see cref="TpmException"/>. Nothing else passes.</summary>
    private protected static TpmException? Outcome(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (TpmException e)
        {
            return e;
        }
    }

    /// <summary>The victim uses a password that the lockout counts, and goes on as if nothing had been.</summary>
    private protected void GoesOn()
    {
        using TpmObject item = Tpm.OpenObject(HostileTpm.Item, HostileTpm.Password);
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(item).OutData.Span.ToArray());
        Assert.Equal(0u, Real.LockoutCounter);
    }

    /// <summary>The attack of the matrix with that name.</summary>
    private protected static Deed Of(string column, string name)
    {
        HostileAttack attack = Attacks.All.Single(a => a.Column == column && a.Name == name);
        return new(attack.Answer);
    }

    /// <summary>A success that no TPM gave, with a nonce for each session and an HMAC where the command has one.</summary>
    private protected static byte[] InventSuccess(HostileMoment moment) => Of("swallowed, HMACs invented", "").Does(moment)!;
}

using TpmHw.Policy;
using TpmHw.Spec;
using TpmHw.Testing.Hostile;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>Nothing is executed on the victim's authority that the victim did not ask for, and nothing that it asked for is swallowed.</summary>
public sealed class AuthorityTests : HostileTest
{
    public static TheoryData<string> Policies => ["PCR", "secret"];

    public static TheoryData<TpmCc> UnderPolicy => [TpmCc.NvReadLock, TpmCc.NvIncrement, TpmCc.EvictControl, TpmCc.Clear, TpmCc.DictionaryAttackLockReset];

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_policy_session_of_Satisfy_is_useless_to_the_wire(string kind)
    {
        using TpmObject parent = Tpm.OpenObject(HostileTpm.Parent, HostileTpm.Password);
        using TpmObject item = Tpm.OpenObject(kind == "PCR" ? HostileTpm.PcrItem : HostileTpm.SecretItem);
        Do(Of("injected before", nameof(TpmCc.Unseal)));
        Outcome(() =>
        {
            using TpmSession session = Tpm.Satisfy(kind == "PCR" ? Real.PcrPolicy : Real.SecretPolicy, [parent], TpmCc.Unseal, item);
            Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(item, session).OutData.Span.ToArray());
        });
        Assert.Empty(Wire.Findings);
        Assert.False(IsSeen(HostileTpm.Sealed));
    }

    [Fact]
    public void A_policy_session_for_Duplicate_gives_the_wire_no_copy_of_the_key()
    {
        TpmPolicy policy = new PolicyCommandCode(TpmCc.Duplicate);
        TpmtPublic template = TpmTemplates.Hmac with
        {
            AuthPolicy = policy.Digest(),
            ObjectAttributes = TpmaObject.UserWithAuth | TpmaObject.Sign | TpmaObject.NoDa | TpmaObject.SensitiveDataOrigin,
        };
        using TpmObject key = Tpm.CreatePrimary(TpmRh.Owner, template);
        using TpmObject parent = Tpm.OpenObject(HostileTpm.Parent);
        Do(Of("injected before", nameof(TpmCc.Duplicate)));
        Outcome(() =>
        {
            using TpmSession session = Tpm.Satisfy(policy, command: TpmCc.Duplicate, target: key);
            Tpm.Commands.Duplicate(key, parent, default, new(TpmAlgId.Null), session);
        });
        Assert.Empty(Wire.Findings);
    }

    [Fact]
    public void A_policy_session_of_the_callers_own_is_useless_to_the_wire()
    {
        using TpmObject item = Tpm.OpenObject(HostileTpm.PcrItem);
        using TpmSession session = Tpm.StartSession(TpmSe.Policy);
        var element = (PolicyPcr)Real.PcrPolicy[0];
        Do(Of("injected after", nameof(TpmCc.Unseal)));
        Outcome(() => Tpm.Commands.PolicyPcr(session, element.PcrDigest(TpmAlgId.Sha256), element.Selection));
        Assert.Empty(Wire.Findings);
        Assert.False(IsSeen(HostileTpm.Sealed));
    }

    /// <summary>Commands whose first parameter is no TPM2B, so that there is nothing to encrypt.</summary>
    [Theory]
    [MemberData(nameof(UnderPolicy))]
    public void What_a_policy_authorizes_cannot_be_swallowed(TpmCc command)
    {
        (Action act, Func<bool> happened) = Prepare(command);
        Do(Deed.Once(command, InventSuccess));
        TpmException? error = Outcome(act);
        Assert.True(error is not null || happened(), "success was believed, and nothing had happened");
    }

    [Theory]
    [MemberData(nameof(UnderPolicy))]
    public void What_a_policy_authorizes_works_without_an_attacker(TpmCc command)
    {
        (Action act, Func<bool> happened) = Prepare(command);
        act();
        Assert.True(happened());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("bound to an empty value")]
    [InlineData("for a policy")]
    [InlineData("for a policy, bound")]
    public void An_unsalted_session_of_the_callers_does_not_replace_the_protection(string how)
    {
        using var owner = new TpmEntity(TpmRh.Owner);
        using TpmSession session = Tpm.StartSession(
            how.StartsWith("for", StringComparison.Ordinal) ? TpmSe.Policy : TpmSe.Hmac,
            bind: how.EndsWith('d') || how.EndsWith("value", StringComparison.Ordinal) ? owner : null,
            symmetric: new(TpmAlgId.Aes, 128, TpmAlgId.Cfb));
        Tpm.Commands.GetRandom(16, session);
        Assert.True(HasSaltedSession(Wire.Exchanges[^1].Command), "the attacker can work out the key of every session of the command");
    }

    /// <summary>A TPM that has room for three sessions, all of them the caller's.</summary>
    [Fact]
    public void Three_sessions_of_the_callers_do_not_push_the_protection_out()
    {
        Tpm.Dispose();
        using var tpm = new Tpm2(Wire);
        byte[] random = [];
        TpmException? error = Outcome(() =>
        {
            using TpmSession first = tpm.StartSession(symmetric: new(TpmAlgId.Null));
            using TpmSession second = tpm.StartSession(symmetric: new(TpmAlgId.Null));
            using TpmSession third = tpm.StartSession(symmetric: new(TpmAlgId.Null));
            random = tpm.Commands.GetRandom(32, [first, second, third]).RandomBytes.Span.ToArray();
        });
        Assert.True(error is not null || !IsSeen(random));
    }

    [Fact]
    public void Two_idle_sessions_do_not_both_audit()
    {
        using TpmSession first = Tpm.StartSession(symmetric: new(TpmAlgId.Null));
        using TpmSession second = Tpm.StartSession(symmetric: new(TpmAlgId.Null));
        Tpm.Commands.ReadClock([first, second]);
        Tpm.Commands.GetRandom(8, [first, second]);
    }

    [Fact]
    public void Every_command_has_a_session_that_is_salted()
    {
        // What can have none: what starts and ends sessions, and what reads the salt key or a Name that a session's HMAC takes.
        TpmCc[] without = [TpmCc.Startup, TpmCc.StartAuthSession, TpmCc.FlushContext, TpmCc.ContextSave, TpmCc.ContextLoad];
        TpmCc[] hints = [TpmCc.ReadPublic, TpmCc.NvReadPublic];
        int before = Wire.Exchanges.Count;
        Tpm.Commands.ReadClock();
        Tpm.Commands.ReadPublic(HostileTpm.Signer);
        Tpm.Commands.PcrRead([new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0))]);
        Tpm.Commands.GetCapability(TpmCap.TpmProperties, (uint)TpmPt.Manufacturer, 1);
        Tpm.Commands.GetTestResult();
        Tpm.Commands.PcrExtend(TpmHandle.Pcr(HostileTpm.Pcr), [new(TpmAlgId.Sha256, new byte[32])]);
        Tpm.Commands.TestParms(new(TpmAlgId.Ecc, TpmTemplates.SigningEcc.Parameters));
        using (TpmObject item = Tpm.OpenObject(HostileTpm.AuthValueItem, HostileTpm.Password))
        using (TpmSession session = Tpm.Satisfy(HostileTpm.AuthValuePolicy, command: TpmCc.Unseal, target: item))
        {
            Tpm.Commands.Unseal(item, session);
        }

        Assert.All(
            Wire.Exchanges.Skip(before).Select(static e => HostileMessage.OfCommand(e.Command)!).Where(m => !without.Contains(m.Info.Code)),
            m => Assert.True(HasSaltedSession(m.Bytes) || hints.Contains(m.Info.Code), $"{m.Info.Code} has none"));
        Assert.Contains(Wire.Exchanges.Skip(before), e => HostileMessage.OfCommand(e.Command)!.Info.Code == TpmCc.ReadPublic && HasSaltedSession(e.Command));
    }

    /// <summary>Whether a command has a session whose key takes the salt key to know.</summary>
    private bool HasSaltedSession(byte[] command)
    {
        var salted = new HashSet<uint>();
        foreach (HostileExchange exchange in Wire.Exchanges)
        {
            if (HostileMessage.OfCommand(exchange.Command) is { Info.Code: TpmCc.StartAuthSession } start
                && HostileMessage.OfResponse(exchange.Answer, start.Info) is { } answer)
            {
                uint session = HostileMessage.ReadUInt32(answer.Bytes, answer.HandlesAt[0]);
                salted.Remove(session);
                if (HostileMessage.ReadUInt32(start.Bytes, start.HandlesAt[0]) != (uint)TpmRh.Null)
                {
                    salted.Add(session);
                }
            }
        }

        return HostileMessage.OfCommand(command)!.Sessions.Any(s => s.HmacSize > 0 && salted.Contains(s.Handle));
    }

    private (Action Act, Func<bool> Happened) Prepare(TpmCc command)
    {
        TpmPolicy policy = Real.PcrPolicy;
        Real.Define(
            HostileTpm.Wanted, command == TpmCc.NvReadLock ? HostileTpm.Sealed : null, command == TpmCc.NvIncrement ? TpmNt.Counter : TpmNt.Ordinary,
            policy, TpmaNvFlags.PolicyRead | TpmaNvFlags.PolicyWrite);
        Real.Side.Commands.SetPrimaryPolicy(TpmRh.Owner, policy.Digest(), TpmAlgId.Sha256);
        Real.Side.Commands.SetPrimaryPolicy(TpmRh.Lockout, policy.Digest(), TpmAlgId.Sha256);
        TpmHandle place = new(0x81000020);
        switch (command)
        {
            case TpmCc.NvReadLock:
                TpmNvIndex locked = Tpm.OpenNvIndex(HostileTpm.Wanted);
                return (Satisfied(s => Tpm.Commands.NvReadLock(locked, locked, s)), () => Real.ReadIndex(HostileTpm.Wanted).Length == 0);
            case TpmCc.NvIncrement:
                TpmNvIndex counter = Tpm.OpenNvIndex(HostileTpm.Wanted);
                return (Satisfied(s => Tpm.Commands.NvIncrement(counter, counter, s)), () => Real.ReadIndex(HostileTpm.Wanted).Length > 0);
            case TpmCc.EvictControl:
                TpmObject made = Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(default, HostileTpm.Sealed));
                return (Satisfied(s => Tpm.Commands.EvictControl(TpmRh.Owner, made, place, s)), () => Real.Has(place));
            case TpmCc.Clear:
                return (Satisfied(s => Tpm.Commands.Clear(TpmRh.Lockout, s)), () => !Real.Has(HostileTpm.Item));
            default:
                Real.SpendOneTry();
                return (Satisfied(s => Tpm.Commands.DictionaryAttackLockReset(TpmRh.Lockout, s)), () => Real.LockoutCounter == 0);
        }

        Action Satisfied(Action<TpmSession> use) => () =>
        {
            using TpmSession session = Tpm.Satisfy(policy, command: command);
            use(session);
        };
    }
}

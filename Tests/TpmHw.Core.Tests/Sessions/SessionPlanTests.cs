using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Core.Tests.Sessions;

/// <summary>Who authorizes, decrypts, encrypts and audits: a table of session shapes. A plan is a value, so no TPM takes part.</summary>
/// <remarks>
/// A row names the caller's sessions, such as "idle, both": "idle" neither decrypts nor encrypts, "weak" has no salt that protects
/// it. What is expected names each place in order: "1" is the caller's first session, and its duties follow the colon.
/// </remarks>
public sealed class SessionPlanTests
{
    private const string Off = "off";
    private const string On = "on";

    private static readonly Dictionary<string, TpmCommandInfo> s_commands = new()
    {
        ["Certify"] = InfoOf<Certify>(), // two authorized handles, a TPM2B first both ways, nothing secret
        ["Create"] = InfoOf<Create>(), // a TPM2B first both ways, the command's secret
        ["EvictControl"] = InfoOf<EvictControl>(),
        ["GetRandom"] = InfoOf<GetRandom>(), // no handle, a secret TPM2B in the response
        ["NV_ReadLock"] = InfoOf<NvReadLock>(), // no parameters at all
        ["ReadClock"] = InfoOf<ReadClock>(), // no handle, and nothing that can be encrypted
        ["Unseal"] = InfoOf<Unseal>(), // a secret TPM2B in the response
    };

    public static TheoryData<string, string, string, string> Shapes => new()
    {
        // No protection: the caller's sessions do what they say.
        { Off, "Create", "", "password" },
        { Off, "GetRandom", "", "" },
        { Off, "ReadClock", "", "" },
        { Off, "NV_ReadLock", "", "password" },
        { Off, "Certify", "", "password | password" },
        { Off, "Create", "idle", "1" },
        { Off, "Create", "idle, encrypts", "1 | 2: encrypts" },
        { Off, "Create", "idle, decrypts", "1 | 2: decrypts" },
        { Off, "Create", "idle, both", "1 | 2: decrypts encrypts" },
        { Off, "Create", "both", "1: decrypts encrypts" },
        { Off, "Create", "idle, decrypts, encrypts", "1 | 2: decrypts | 3: encrypts" },
        { Off, "Create", "idle, both, both", "1 | 2: decrypts encrypts | 3: audits" },
        { Off, "Create", "weak both, both", "1 | 2: decrypts encrypts" },
        { Off, "Create", "policy", "1" },
        { Off, "Create", "policy both", "1: decrypts encrypts" },
        { Off, "Create", "policy password both", "1: decrypts encrypts" },
        { Off, "Unseal", "both", "1: encrypts" },
        { Off, "Unseal", "idle, both", "1 | 2: encrypts" },
        { Off, "Unseal", "idle, decrypts", "1 | 2: audits" },
        { Off, "Unseal", "idle, policy decrypts", "1" },
        { Off, "GetRandom", "audits", "1: audits" },
        { Off, "GetRandom", "audits both", "1: encrypts audits" },
        { Off, "GetRandom", "idle, idle", "1: audits" },
        { Off, "GetRandom", "policy both", "1: encrypts" },
        { Off, "ReadClock", "both", "1: audits" },
        { Off, "ReadClock", "policy both", "" },
        { Off, "ReadClock", "both, audits", "2: audits" },
        { Off, "NV_ReadLock", "idle, both", "1 | 2: audits" },
        { Off, "NV_ReadLock", "idle, audits, both", "1 | 2: audits" },
        { Off, "NV_ReadLock", "audits, both", "1: audits" },
        { Off, "EvictControl", "idle, policy both", "1" },
        { Off, "Certify", "idle", "1 | password" },
        { Off, "Certify", "idle, idle", "1 | 2" },
        { Off, "Certify", "idle, idle, both", "1 | 2 | 3: decrypts encrypts" },
        { Off, "Certify", "idle, policy, both", "1 | 2 | 3: decrypts encrypts" },

        // Protection, and sessions that can do their part of it.
        { On, "Create", "both", "1: decrypts encrypts" },
        { On, "Create", "decrypts", "1: decrypts" },
        { On, "Create", "idle, decrypts", "1 | 2: decrypts" },
        { On, "Create", "idle, both", "1 | 2: decrypts encrypts" },
        { On, "Create", "idle, decrypts, encrypts", "1 | 2: decrypts | 3: encrypts" },
        { On, "Create", "weak idle, both", "1 | 2: decrypts encrypts" },
        { On, "Create", "weak both, both", "1 | 2: decrypts encrypts" },
        { On, "Create", "policy both, both", "1 | 2: decrypts encrypts" },
        { On, "Unseal", "encrypts", "1: encrypts" },
        { On, "Unseal", "policy, encrypts", "1 | 2: encrypts" },
        { On, "GetRandom", "both", "1: encrypts" },
        { On, "ReadClock", "both", "1: audits" },
        { On, "ReadClock", "audits", "1: audits" },
        { On, "NV_ReadLock", "idle", "1" },
        { On, "NV_ReadLock", "idle, idle", "1 | 2: audits" },
        { On, "NV_ReadLock", "idle, idle, idle", "1 | 2: audits" },
        { On, "NV_ReadLock", "idle, weak audits", "1 | 2: audits" },
        { On, "Certify", "idle", "1 | password" },
        { On, "Certify", "idle, idle", "1 | 2" },
        { On, "Certify", "weak idle, weak idle, both", "1 | 2 | 3: decrypts encrypts" },

        // Protection that guards add.
        { On, "Create", "", "guard: decrypts encrypts" },
        { On, "Unseal", "", "guard: encrypts" },
        { On, "GetRandom", "", "guard: encrypts" },
        { On, "ReadClock", "", "guard: audits" },
        { On, "NV_ReadLock", "", "guard" },
        { On, "EvictControl", "", "guard" },
        { On, "Certify", "", "guard: decrypts encrypts | password" },
        { On, "Create", "idle", "1 | guard: decrypts encrypts" },
        { On, "Create", "encrypts", "1: encrypts | guard: decrypts" },
        { On, "Create", "weak both", "1 | guard: decrypts encrypts" },
        { On, "Create", "idle, weak both", "1 | 2: audits | guard: decrypts encrypts" },
        { On, "Create", "idle, policy both", "1 | guard: decrypts encrypts" },
        { On, "Create", "idle, weak decrypts, weak encrypts", "1 | 2: audits | guard: decrypts encrypts" },
        { On, "Create", "idle, weak audits, weak both", "1 | 2: audits | guard: decrypts encrypts" },
        { On, "Create", "idle, idle, idle", "1 | 2: audits | guard: decrypts encrypts" },
        { On, "Create", "policy", "1 | guard: decrypts encrypts" },
        { On, "Create", "policy both", "1 | guard: decrypts encrypts" },
        { On, "Unseal", "idle", "1 | guard: encrypts" },
        { On, "Unseal", "decrypts", "1 | guard: encrypts" },
        { On, "Unseal", "policy both", "1 | guard: encrypts" },
        { On, "GetRandom", "idle, idle", "1: audits | guard: encrypts" },
        { On, "GetRandom", "weak audits", "1: audits | guard: encrypts" },
        { On, "GetRandom", "weak idle, weak idle, weak idle", "1: audits | guard: encrypts" },
        { On, "ReadClock", "weak both", "guard: audits" },
        { On, "NV_ReadLock", "policy", "1 | guard: audits" },
        { On, "NV_ReadLock", "weak idle", "1 | guard: audits" },
        { On, "NV_ReadLock", "weak idle, weak idle", "1 | guard: audits" },
        { On, "Certify", "weak idle", "1 | guard: decrypts encrypts" },
        { On, "Certify", "weak idle, weak idle", "1 | 2 | guard: decrypts encrypts" },
        { On, "Certify", "weak idle, policy", "1 | 2 | guard: decrypts encrypts" },
        { On, "Certify", "weak idle, weak idle, weak both", "1 | 2 | guard: decrypts encrypts" },

        // Nothing is left out silently.
        { On, "Create", "policy password both", "InClear" },
        { On, "Certify", "idle, policy password", "InClear" },
        { On, "ReadClock", "weak audits", "NoRoom" },
        { On, "NV_ReadLock", "weak idle, weak audits", "NoRoom" },
        { On, "Certify", "weak idle, weak idle, weak audits", "NoRoom" },
        { On, "Create", "weak idle, weak audits, encrypts", "NoRoom" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Each_session_has_the_duties_that_its_shape_says(string protection, string command, string sessions, string expected) =>
        Assert.Equal(expected, PlanOf(command, sessions, protection == On, withAuthValues: false));

    /// <summary>What the handles' authorization values change: on a protected bus, a guard takes the place of each password.</summary>
    [Theory]
    [InlineData(Off, "Certify", "", "password | password")]
    [InlineData(Off, "Certify", "idle", "1 | password")]
    [InlineData(On, "Certify", "", "guard: decrypts encrypts | guard")]
    [InlineData(On, "Certify", "idle", "1 | guard: decrypts encrypts")]
    [InlineData(On, "Certify", "both", "1: decrypts encrypts | guard")]
    [InlineData(On, "Certify", "weak both", "1 | guard: decrypts encrypts")]
    [InlineData(On, "Certify", "weak idle, weak idle, both", "1 | 2 | 3: decrypts encrypts")]
    [InlineData(On, "Create", "", "guard: decrypts encrypts")]
    [InlineData(On, "NV_ReadLock", "", "guard")]
    public void An_authorization_value_never_goes_as_a_password_over_a_protected_bus(string protection, string command, string sessions, string expected) =>
        Assert.Equal(expected, PlanOf(command, sessions, protection == On, withAuthValues: true));

    [Fact]
    public void A_question_takes_one_guard_that_audits()
    {
        SessionPlan plan = SessionPlan.ForQuestion;
        Assert.Equal("guard: audits", Describe(plan, default));
        Assert.True(plan.HasSessions);
    }

    [Theory]
    [InlineData(true, 0x80000000, On, "", true)]
    [InlineData(true, 0x01800000, On, "", true)] // an NV index whose attributes are not known
    [InlineData(true, 0x40000001, On, "", false)] // the owner: no failure of a hierarchy but the lockout counts
    [InlineData(true, 0x4000000A, On, "", true)]
    [InlineData(true, 0x80000000, Off, "", false)] // a password: its user has said what it is
    [InlineData(true, 0x80000000, Off, "idle", true)]
    [InlineData(true, 0x80000000, On, "policy", false)] // a policy alone takes no authorization value
    [InlineData(true, 0x80000000, Off, "policy auth", true)]
    [InlineData(false, 0x80000000, On, "", false)] // nothing is authorized
    public void An_HMAC_with_an_authorization_value_that_counts_risks_the_lockout(bool authorizes, uint handle, string protection, string sessions, bool risks)
    {
        using var entity = new TpmEntity(new TpmHandle(handle), [1]);
        var entities = new TpmEntities(entity);
        SessionPlan plan = SessionPlan.For(authorizes ? InfoOf<Create>() : InfoOf<ReadPublic>(), entities, Sessions(sessions), protection == On);
        Assert.Equal(risks, plan.RisksLockout(entities));
    }

    private static TpmCommandInfo InfoOf<TCommand>()
        where TCommand : ITpmMessage<TCommand> => TCommand.Info;

    private static string PlanOf(string command, string sessions, bool isProtected, bool withAuthValues)
    {
        byte[] value = withAuthValues ? [1] : [];
        using var first = new TpmEntity(new TpmHandle(0x80000000), value);
        using var second = new TpmEntity(new TpmHandle(0x80000001), value);
        TpmSessions own = Sessions(sessions);
        try
        {
            SessionPlan plan = SessionPlan.For(s_commands[command], new(first, second), own, isProtected);
            string described = Describe(plan, own);
            Assert.Equal(described.Split("guard").Length - 1, plan.Guards);
            Assert.Equal(described.Contains("guard", StringComparison.Ordinal) || described.Any(char.IsDigit), plan.HasSessions);
            return described;
        }
        catch (TpmSessionException e)
        {
            return e.Fault.ToString();
        }
    }

    private static string Describe(in SessionPlan plan, TpmSessions own)
    {
        var places = new List<string>();
        for (int i = 0; i < plan.Count; i++)
        {
            SessionRole role = plan[i];
            string who = role.Source switch
            {
                SessionSource.Guard => "guard",
                SessionSource.Caller => NumberOf(role.Session!, own),
                _ => "password",
            };
            string[] duties =
            [
                .. new[] { (TpmaSession.Decrypt, "decrypts"), (TpmaSession.Encrypt, "encrypts"), (TpmaSession.Audit, "audits") }
                    .Where(duty => (role.Attributes & duty.Item1) != 0).Select(static duty => duty.Item2),
            ];
            Assert.True(role.Source == SessionSource.Password || (role.Attributes & TpmaSession.ContinueSession) != 0, who);
            places.Add(duties.Length == 0 ? who : $"{who}: {string.Join(' ', duties)}");
        }

        return string.Join(" | ", places);
    }

    private static string NumberOf(TpmSession session, TpmSessions own)
    {
        int number = 1;
        foreach (TpmSession one in own)
        {
            if (one == session)
            {
                break;
            }

            number++;
        }

        return number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static TpmSessions Sessions(string shape) =>
        TpmSessions.Of([.. shape.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(static words => SessionOf(words.Split(' ')))]);

    private static TpmSession SessionOf(string[] words)
    {
        bool isPolicy = words.Contains("policy");
        byte[] nonce = new byte[16];
        var session = new TpmSession(
            new NoOwner(), new(isPolicy ? 0x03000000u : 0x02000000u), isPolicy ? TpmSe.Policy : TpmSe.Hmac, TpmAlgId.Sha256,
            new(TpmAlgId.Aes, 128, TpmAlgId.Cfb), bound: null, salt: [1], new(nonce, nonce), isProtecting: !words.Contains("weak"))
        {
            Attributes = TpmaSession.ContinueSession,
        };
        foreach (string word in words)
        {
            session.Attributes |= word switch
            {
                "decrypts" => TpmaSession.Decrypt,
                "encrypts" => TpmaSession.Encrypt,
                "both" => TpmaSession.Decrypt | TpmaSession.Encrypt,
                "audits" => TpmaSession.Audit,
                _ => TpmaSession.None,
            };
            switch (word)
            {
                case "password":
                    session.ApplyEffect(TpmCc.PolicyPassword);
                    break;
                case "auth":
                    session.ApplyEffect(TpmCc.PolicyAuthValue);
                    break;
            }
        }

        return session;
    }

    /// <summary>There is no TPM to remove anything from.</summary>
    private sealed class NoOwner : IHandleOwner
    {
        public int Epoch => 0;

        public LeakWatch Register(TpmHandle handle) => LeakWatch.None;

        public void Release(TpmHandle handle)
        {
        }

        public void Flush(TpmHandle handle, int epoch)
        {
        }
    }
}

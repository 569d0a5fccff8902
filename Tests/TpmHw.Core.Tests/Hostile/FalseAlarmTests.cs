using TpmHw.Policy;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Hostile;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>What is no attack is not told as one, and what is invented is not taken for a reset.</summary>
public sealed class FalseAlarmTests : HostileTest
{
    [Fact]
    public void NV_UndefineSpaceSpecial_under_PolicyAuthValue_is_no_false_alarm()
    {
        TpmPolicy policy = TpmPolicy.Of(new PolicyCommandCode(TpmCc.NvUndefineSpaceSpecial), new PolicyAuthValue());
        const TpmaNvFlags Special = TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.PlatformCreate | TpmaNvFlags.PolicyDelete | TpmaNvFlags.PpWrite;
        Tpm.Commands.NvDefineSpace(
            TpmRh.Platform, HostileTpm.Password, new(new(HostileTpm.Wanted, TpmAlgId.Sha256, TpmaNv.Of(Special), policy.Digest(), 8)));
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        using TpmSession session = Tpm.Satisfy(policy, command: TpmCc.NvUndefineSpaceSpecial, target: index);
        Tpm.Commands.NvUndefineSpaceSpecial(index, TpmRh.Platform, session);
        Assert.False(Real.Has(HostileTpm.Wanted));
    }

    [Theory]
    [InlineData(TpmRh.Lockout)]
    [InlineData(TpmRh.Platform)]
    public void Clear_is_no_reset(TpmRh hierarchy)
    {
        using TpmObject key = Tpm.CreatePrimary(TpmRh.Null, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        Tpm.Commands.Clear(hierarchy);
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(key).OutData.Span.ToArray());
        Assert.Equal(8, Tpm.GetRandom(8).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Clear_after_resets_is_no_reset(bool byAnother)
    {
        // So that the counts of resets and restarts, which Clear zeroes, are not zero (Part 3, 24.6).
        for (int i = 0; i < 2; i++)
        {
            Real.Side.Commands.Shutdown(TpmSu.Clear);
            Real.Transport.FindAbility<ITpmReset>()!.Reset();
            Real.Side.Commands.Startup(TpmSu.Clear);
        }

        using var tpm = new Tpm2(Wire);
        tpm.GetRandom(1);
        using TpmObject key = tpm.CreatePrimary(TpmRh.Null, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        (byAnother ? Real.Side : tpm).Commands.Clear(TpmRh.Lockout);

        // The guard looks at the clock anew, where the Clear was another's with the session that it has: a new one could not tell it from a reset.
        if (byAnother)
        {
            Do(Deed.Once(TpmCc.Unseal, static _ => RawCommands.Response(TpmRc.Retry)));
        }
        else
        {
            foreach (uint handle in Real.Loaded.Where(static h => h >> 24 == (uint)TpmHt.HmacSession))
            {
                Real.Side.Commands.FlushContext(new TpmHandle(handle));
            }
        }

        Assert.Equal(HostileTpm.Sealed, tpm.Commands.Unseal(key).OutData.Span.ToArray());
    }

    [Fact]
    public void The_values_that_Clear_makes_empty_are_empty_afterwards()
    {
        using var owner = new TpmEntity(TpmRh.Owner);
        using var lockout = new TpmEntity(TpmRh.Lockout);
        Tpm.Commands.HierarchyChangeAuth(owner, HostileTpm.Password);
        Tpm.Commands.HierarchyChangeAuth(lockout, HostileTpm.NewPassword);
        Tpm.Commands.Clear(lockout);
        Tpm.Commands.DictionaryAttackLockReset(lockout);
        Assert.False(lockout.HasAuthValue);
        Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(default, HostileTpm.Sealed)).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_invented_INITIALIZE_loses_no_object(bool executes)
    {
        using TpmObject key = Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        Do(Deed.Once(TpmCc.GetRandom, moment =>
        {
            if (executes)
            {
                moment.Execute(moment.Command);
            }

            return RawCommands.Response(TpmRc.Initialize);
        }));
        Outcome(() => Tpm.GetRandom(8));
        Stop();
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(key).OutData.Span.ToArray());
    }

    /// <summary>Not even where the wire says of Startup that it worked, and of the clock that it began anew.</summary>
    [Fact]
    public void An_invented_reset_loses_no_object()
    {
        using TpmObject key = Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        bool lied = false;
        Do(new(moment => (TpmCc)moment.Code switch
        {
            TpmCc.GetRandom when !lied => Lie(),
            TpmCc.Startup => RawCommands.Response(TpmRc.Success),
            TpmCc.ReadClock when moment.Message is { HasSessions: false } => RawCommands.Command(TpmHeader.NoSessions, TpmRc.Success, new byte[25]),
            _ => null,
        }));
        Outcome(() => Tpm.GetRandom(8));
        Outcome(() => Tpm.GetRandom(8));
        Stop();
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(key).OutData.Span.ToArray());

        byte[] Lie()
        {
            lied = true;
            return RawCommands.Response(TpmRc.Initialize);
        }
    }

    [Fact]
    public void A_reset_that_happened_is_told_as_one()
    {
        using TpmObject key = Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        Real.Transport.FindAbility<ITpmReset>()!.Reset();
        var error = Assert.IsType<TpmSessionException>(Outcome(() => Tpm.Commands.Unseal(key)));
        Assert.Equal(TpmSessionFault.TpmReset, error.Fault);
        Assert.Equal(8, Tpm.GetRandom(8).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_first_command_with_a_password_starts_the_TPM(bool isProtected)
    {
        using ITpmTransport chip = TransportCatalog.Default.Open("libtpms");
        using (var before = new Tpm2(new HostileWire(chip), new() { ProtectBus = false }))
        {
            before.GetRandom(1);
            using var owner = new TpmEntity(TpmRh.Owner);
            before.Commands.HierarchyChangeAuth(owner, HostileTpm.Password);
            before.Commands.Shutdown(TpmSu.Clear);
        }

        chip.FindAbility<ITpmReset>()!.Reset();
        using var tpm = new Tpm2(new HostileWire(chip), new() { ProtectBus = isProtected });
        using var again = new TpmEntity(TpmRh.Owner, HostileTpm.Password);
        using TpmObject made = tpm.CreatePrimary(again, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        Assert.Equal(HostileTpm.Sealed, tpm.Commands.Unseal(made).OutData.Span.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_first_command_with_a_session_starts_the_TPM(bool isProtected)
    {
        using ITpmTransport chip = TransportCatalog.Default.Open("libtpms");
        using var tpm = new Tpm2(new HostileWire(chip), new() { ProtectBus = isProtected });
        using TpmSession session = tpm.StartSession();
        Assert.Equal(8, tpm.Commands.GetRandom(8, session).RandomBytes.Size);
    }
}

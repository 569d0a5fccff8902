using TpmHw.Policy;
using TpmHw.Spec;
using TpmHw.Testing.Hostile;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>What others do to an index, a key or the TPM costs nobody a lockout try, and is told for what it is.</summary>
public sealed class StaleKnowledgeTests : HostileTest
{
    private static readonly TpmHandle s_place = new(0x81000030);

    public static TheoryData<string> Changes =>
        ["first write", "global lock", "write lock", "read lock", "redefined with other attributes", "redefined with another size", "locks that a reset ends", "written bit that a reset ends"];

    [Fact]
    public void The_right_password_costs_no_lockout_try_after_another_program_wrote_the_index_first() =>
        The_right_password_costs_no_lockout_try_after_the_index_changed("first write");

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_right_password_costs_no_lockout_try_after_the_index_changed(string how)
    {
        TpmaNvFlags more = how switch
        {
            "global lock" => TpmaNvFlags.GlobalLock,
            "written bit that a reset ends" => TpmaNvFlags.ClearStClear,
            _ => TpmaNvFlags.None,
        };
        Real.Define(HostileTpm.Wanted, how is "first write" ? null : HostileTpm.Sealed, more: more);
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        Change(how, index);

        // Twice, as a program would try again.
        for (int i = 0; i < 2; i++)
        {
            TpmException? error = Outcome(() => Tpm.Commands.NvRead(index, index, 8, 0));
            Assert.Equal(0u, Real.LockoutCounter);
            Assert.False(error is TpmCommandException { Code.Base.Name: "TPM_RC_AUTH_FAIL" }, $"{error}");
        }

        for (int i = 0; i < 2; i++)
        {
            TpmException? error = Outcome(() => Tpm.Commands.NvWrite(index, index, new byte[4], 0));
            Assert.Equal(0u, Real.LockoutCounter);
            Assert.False(error is TpmCommandException { Code.Base.Name: "TPM_RC_AUTH_FAIL" }, $"{error}");
        }
    }

    [Fact]
    public void The_first_write_by_another_program_is_taken_note_of()
    {
        Real.Define(HostileTpm.Wanted);
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        Real.Side.Commands.NvWrite(TpmRh.Owner, HostileTpm.Wanted, HostileTpm.Sealed, 0);
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.NvRead(index, index, (ushort)HostileTpm.Sealed.Length, 0).Data.Span.ToArray());
        Assert.Equal(TpmaNvFlags.Written, index.PublicArea.Attributes.Flags & TpmaNvFlags.Written);
    }

    /// <summary>Locks come and go; the index is the same. A redefined one is another.</summary>
    [Fact]
    public void The_right_password_costs_no_lockout_try_after_the_index_was_redefined()
    {
        Real.Define(HostileTpm.Wanted, HostileTpm.Sealed);
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        Real.Side.Commands.NvUndefineSpace(TpmRh.Owner, HostileTpm.Wanted);
        Real.Define(HostileTpm.Wanted, HostileTpm.Sealed, policy: HostileTpm.AuthValuePolicy);
        for (int i = 0; i < 2; i++)
        {
            var error = Assert.IsType<TpmSessionException>(Outcome(() => Tpm.Commands.NvRead(index, index, 8, 0)));
            Assert.Equal(TpmSessionFault.WrongName, error.Fault);
        }

        using TpmNvIndex anew = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.NvRead(anew, anew, (ushort)HostileTpm.Sealed.Length, 0).Data.Span.ToArray());
        Assert.Equal(0u, Real.LockoutCounter);
    }

    [Fact]
    public void The_right_password_costs_no_lockout_try_after_a_persistent_key_was_replaced()
    {
        TpmtPublic template = TpmTemplates.Hmac with { ObjectAttributes = TpmTemplates.Hmac.ObjectAttributes & ~TpmaObject.NoDa };
        Keep(template);
        using TpmObject key = Tpm.OpenObject(s_place, HostileTpm.Password);
        Tpm.Commands.Hmac(key, "data"u8.ToArray(), TpmAlgId.Null);
        Real.Side.Commands.EvictControl(TpmRh.Owner, s_place, s_place);
        Keep(template with { Unique = new TpmuPublicId.Digest(new byte[32]) });
        for (int i = 0; i < 2; i++)
        {
            var error = Assert.IsType<TpmSessionException>(Outcome(() => Tpm.Commands.Hmac(key, "data"u8.ToArray(), TpmAlgId.Null)));
            Assert.Equal(TpmSessionFault.WrongName, error.Fault);
            Assert.Equal(0u, Real.LockoutCounter);
        }

        using TpmObject anew = Tpm.OpenObject(s_place, HostileTpm.Password);
        Tpm.Commands.Hmac(anew, "data"u8.ToArray(), TpmAlgId.Null);
    }

    [Fact]
    public void The_right_password_costs_no_lockout_try_after_a_policy_looked_at_an_index_that_changed()
    {
        Real.Define(HostileTpm.Wanted);
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        Real.Side.Commands.NvWrite(TpmRh.Owner, HostileTpm.Wanted, HostileTpm.Sealed, 0);
        TpmPolicy policy = new PolicyNv(index.PublicArea, HostileTpm.Sealed[..8], TpmEo.Eq);
        for (int i = 0; i < 2; i++)
        {
            Outcome(() => Tpm.Satisfy(policy, [index]).Dispose());
            Assert.Equal(0u, Real.LockoutCounter);
        }
    }

    [Fact]
    public void A_disposed_entity_is_refused()
    {
        var lockout = new TpmEntity(TpmRh.Lockout, HostileTpm.Password);
        lockout.Dispose();
        int before = Wire.Exchanges.Count;
        Assert.Throws<ObjectDisposedException>(() => Tpm.Commands.DictionaryAttackLockReset(lockout));
        TpmObject item = Tpm.OpenObject(HostileTpm.Item, HostileTpm.Password);
        item.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Tpm.Commands.Unseal(item));
        Assert.Equal(0, Count(TpmCc.DictionaryAttackLockReset) + Count(TpmCc.Unseal));
        Assert.True(before <= Wire.Exchanges.Count);
        Assert.True(Real.TryResetLockout());
    }

    private void Change(string how, TpmNvIndex index)
    {
        Tpm2Commands other = Real.Side.Commands;
        switch (how)
        {
            case "first write":
                other.NvWrite(TpmRh.Owner, HostileTpm.Wanted, HostileTpm.Sealed, 0);
                break;
            case "global lock":
                other.NvGlobalWriteLock(TpmRh.Owner);
                break;
            case "write lock":
                other.NvWriteLock(TpmRh.Owner, HostileTpm.Wanted);
                break;
            case "read lock":
                other.NvReadLock(TpmRh.Owner, HostileTpm.Wanted);
                break;
            case "redefined with other attributes":
                other.NvUndefineSpace(TpmRh.Owner, HostileTpm.Wanted);
                Real.Define(HostileTpm.Wanted, HostileTpm.Sealed, policy: HostileTpm.AuthValuePolicy);
                break;
            case "redefined with another size":
                other.NvUndefineSpace(TpmRh.Owner, HostileTpm.Wanted);
                Real.Define(HostileTpm.Wanted, null, TpmNt.Counter);
                break;
            case "locks that a reset ends":
                Tpm.Commands.NvWriteLock(index, index);
                Tpm.Commands.NvReadLock(index, index);
                Reset();
                break;
            default:
                Reset();
                break;
        }
    }

    private void Reset()
    {
        Real.Side.Commands.Shutdown(TpmSu.Clear);
        Real.Transport.FindAbility<ITpmReset>()!.Reset();
        Real.Side.Commands.Startup(TpmSu.Clear);

        // A reset is told once, and forgets sessions; the index is still there.
        Outcome(() => Tpm.GetRandom(1));
    }

    private void Keep(TpmtPublic template)
    {
        using TpmObject made = Real.Side.CreatePrimary(TpmRh.Owner, template, new(HostileTpm.Password, default));
        Real.Side.Commands.EvictControl(TpmRh.Owner, made, s_place);
    }
}

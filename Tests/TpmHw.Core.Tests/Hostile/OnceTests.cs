using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Hostile;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>A command is executed once at most, and what an answer would change is changed by a proved answer only.</summary>
public sealed class OnceTests : HostileTest
{
    // What asks for the command to be sent again: sessions and objects that are not loaded, not now, not started.
    public static TheoryData<uint> Codes => [0x918, 0x919, 0x91A, 0x910, 0x911, 0x908, 0x90A, 0x922, 0x100, 0x903, 0x98E, 0x98F, 0x18B, 0x909];

    [Theory]
    [MemberData(nameof(Codes))]
    public void An_invented_response_code_executes_a_counter_once(uint code)
    {
        Real.Define(HostileTpm.Wanted, null, TpmNt.Counter);
        Real.Side.Commands.NvIncrement(TpmRh.Owner, HostileTpm.Wanted);
        long before = Value();
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        Do(Deed.Once(TpmCc.NvIncrement, moment =>
        {
            moment.Execute(moment.Command);
            return RawCommands.Response(code);
        }));
        Outcome(() => Tpm.Commands.NvIncrement(index, index));
        Assert.InRange(Value(), before, before + 1); // the TPM may have put it off, and was not asked again
        Assert.Equal(0u, Real.LockoutCounter);
        Outcome(GoesOn);
        GoesOn();
    }

    [Fact]
    public void An_invented_REFERENCE_S0_executes_a_counter_once() => An_invented_response_code_executes_a_counter_once(0x918);

    /// <summary>The command did not run, and its session is as it was: the same, or a new one, does.</summary>
    [Theory]
    [MemberData(nameof(Codes))]
    public void An_invented_response_code_of_a_command_that_did_not_run_costs_no_lockout_try(uint code)
    {
        using TpmObject item = Tpm.OpenObject(HostileTpm.Item, HostileTpm.Password);
        Do(Deed.Once(TpmCc.Unseal, _ => RawCommands.Response(code)));
        Outcome(() => Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(item).OutData.Span.ToArray()));
        Assert.Equal(0u, Real.LockoutCounter);
        Outcome(GoesOn);
        GoesOn();
    }

    [Fact]
    public void A_session_that_somebody_flushed_costs_nothing()
    {
        using TpmObject item = Tpm.OpenObject(HostileTpm.Item, HostileTpm.Password);
        foreach (uint handle in Real.Loaded)
        {
            Real.Side.Commands.FlushContext(new TpmHandle(handle));
        }

        Outcome(() => Tpm.Commands.Unseal(item));
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(item).OutData.Span.ToArray());
        Assert.Equal(0u, Real.LockoutCounter);
    }

    [Fact]
    public void Effects_of_a_forged_answer_are_not_applied_to_a_password()
    {
        using var owner = new TpmEntity(TpmRh.Owner);
        Do(Deed.Once(TpmCc.HierarchyChangeAuth, InventSuccess));
        Assert.NotNull(Outcome(() => Tpm.Commands.HierarchyChangeAuth(owner, HostileTpm.NewPassword)));
        Assert.True(Real.IsOwnerPassword([]));
        Assert.False(owner.HasAuthValue);
        Tpm.CreatePrimary(owner, TpmTemplates.SealedData, new(default, HostileTpm.Sealed)).Dispose();
    }

    [Fact]
    public void Effects_of_a_forged_answer_are_not_applied_to_an_index()
    {
        Real.Define(HostileTpm.Wanted, HostileTpm.Sealed);
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        TpmsNvPublic before = index.PublicArea;
        Do(Deed.Once(TpmCc.NvReadLock, InventSuccess));
        Assert.NotNull(Outcome(() => Tpm.Commands.NvReadLock(index, index)));
        Assert.Equal(before, index.PublicArea);
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.NvRead(index, index, (ushort)HostileTpm.Sealed.Length, 0).Data.Span.ToArray());
        Assert.Equal(0u, Real.LockoutCounter);
    }

    [Fact]
    public void Effects_of_a_forged_answer_are_not_applied_to_a_policy_session()
    {
        using TpmObject item = Tpm.OpenObject(HostileTpm.AuthValueItem, HostileTpm.Password);
        using TpmSession session = Tpm.StartSession(TpmSe.Policy);
        Do(Deed.Once(TpmCc.PolicyAuthValue, InventSuccess));
        Assert.NotNull(Outcome(() => Tpm.Commands.PolicyAuthValue(session)));
        Tpm.Commands.PolicyAuthValue(session);
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(item, session).OutData.Span.ToArray());
    }

    /// <summary>The TPM's own word is what its caller hears, whatever becomes of finding out more.</summary>
    [Fact]
    public void An_error_met_while_recovering_does_not_replace_the_TPMs_own()
    {
        using TpmObject item = Tpm.OpenObject(HostileTpm.Item, "wrong"u8);
        bool failed = false;
        Do(new(moment =>
        {
            if (failed)
            {
                throw new TpmTransportException(TpmFault.Timeout, "No answer.");
            }

            if (moment.Code != (uint)TpmCc.Unseal)
            {
                return null;
            }

            byte[] answer = moment.Execute(moment.Command);
            failed = TpmHeader.Read(answer).Code != TpmRc.Retry; // which comes first, as libtpms writes down that a try begins
            return answer;
        }));
        var error = Assert.IsType<TpmCommandException>(Outcome(() => Tpm.Commands.Unseal(item)));
        Assert.Equal("TPM_RC_AUTH_FAIL", error.Code.Base.Name);
        Stop();
    }

    /// <summary>A wrong password is one try, not two.</summary>
    [Fact]
    public void A_wrong_password_costs_one_try()
    {
        using TpmObject item = Tpm.OpenObject(HostileTpm.Item, "wrong"u8);
        var error = Assert.IsType<TpmCommandException>(Outcome(() => Tpm.Commands.Unseal(item)));
        Assert.Equal("TPM_RC_AUTH_FAIL", error.Code.Base.Name);
        Assert.Equal(1u, Real.LockoutCounter);
    }

    private long Value() => BinaryPrimitives.ReadInt64BigEndian(Real.ReadIndex(HostileTpm.Wanted));
}

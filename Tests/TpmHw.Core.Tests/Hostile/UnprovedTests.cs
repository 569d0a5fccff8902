using TpmHw.Policy;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Hostile;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>What was heard and not proved is not kept, and an exception half way leaves nothing that is believed later.</summary>
public sealed class UnprovedTests : HostileTest
{
    /// <summary>Another program was quicker to pin, and pinned another TPM: the first command says so, and so does every later one.</summary>
    [Fact]
    public void A_TPM_that_the_pin_store_refuses_is_refused_again()
    {
        var store = new LateStore(new byte[34]);
        using var tpm = new Tpm2(Wire, new() { PinStore = store });
        for (int i = 0; i < 3; i++)
        {
            var error = Assert.IsType<TpmSessionException>(Outcome(() => tpm.GetRandom(8)));
            Assert.Equal(TpmSessionFault.TpmReplaced, error.Fault);
        }
    }

    [Fact]
    public void A_pin_that_could_not_be_kept_is_kept_by_the_next_command()
    {
        var store = new LateStore(default) { Failures = 1 };
        using var tpm = new Tpm2(Wire, new() { PinStore = store });
        Assert.IsType<TpmTrustException>(Outcome(() => tpm.GetRandom(8)));
        tpm.GetRandom(8);
        Assert.Equal(Real.SaltKeyName, store.Kept);
    }

    /// <summary>The question that proves the key has no answer: the session that it was asked under is no proof.</summary>
    [Fact]
    public void A_key_whose_proof_was_cut_off_is_proved_by_the_next_command()
    {
        var store = new LateStore(default);
        using var tpm = new Tpm2(Wire, new() { PinStore = store });
        Do(Deed.Once(TpmCc.StartAuthSession, moment =>
        {
            byte[] answer = moment.Execute(moment.Command);
            Do(Deed.Once(TpmCc.ReadPublic, _ => throw new TpmTransportException(TpmFault.Timeout, "No answer.")));
            return answer;
        }));
        Assert.IsType<TpmTransportException>(Outcome(() => tpm.GetRandom(8)));
        Stop();
        tpm.GetRandom(8);
        Assert.Equal(Real.SaltKeyName, store.Kept);
    }

    /// <summary>The Name of a bare handle comes from a reading that nobody vouches for. The wire answers with another key's.</summary>
    [Fact]
    public void A_wrong_Name_for_a_bare_transient_handle_costs_no_lockout_try()
    {
        TpmtPublic template = TpmTemplates.SealedData with { ObjectAttributes = TpmTemplates.SealedData.ObjectAttributes & ~TpmaObject.NoDa };
        using TpmObject made = Tpm.CreatePrimary(TpmRh.Owner, template, new(HostileTpm.Password, HostileTpm.Sealed));
        using var bare = new TpmEntity(made.Handle, HostileTpm.Password);
        Do(new(moment => moment is { Code: (uint)TpmCc.ReadPublic, Message.HasSessions: false }
            ? moment.Execute(moment.Message!.With(TpmHeader.Size, HostileTpm.Signer.Value))
            : null));
        for (int i = 0; i < 2; i++)
        {
            Outcome(() => Tpm.Commands.Unseal(bare));
            Assert.Equal(0u, Real.LockoutCounter);
        }

        Stop();
        Outcome(() => Tpm.Commands.Unseal(bare));
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(bare).OutData.Span.ToArray());
        Assert.Equal(0u, Real.LockoutCounter);
    }

    /// <summary>TPM_RC_SEQUENCE says that there is no Name (Part 3, 12.4), and nobody vouches for it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_invented_SEQUENCE_costs_no_lockout_try(bool isPersistent)
    {
        TpmtPublic template = TpmTemplates.SealedData with { ObjectAttributes = TpmTemplates.SealedData.ObjectAttributes & ~TpmaObject.NoDa };
        using TpmObject made = Tpm.CreatePrimary(TpmRh.Owner, template, new(HostileTpm.Password, HostileTpm.Sealed));
        using var bare = new TpmEntity(isPersistent ? HostileTpm.Item : made.Handle, HostileTpm.Password);
        Do(new(static moment => moment.Code == (uint)TpmCc.ReadPublic ? RawCommands.Response(TpmRc.Sequence) : null));
        for (int i = 0; i < 2; i++)
        {
            Outcome(() => Tpm.Commands.Unseal(bare));
            Assert.Equal(0u, Real.LockoutCounter);
        }

        Stop();
        Outcome(() => Tpm.Commands.Unseal(bare));
        Assert.Equal(HostileTpm.Sealed, Tpm.Commands.Unseal(bare).OutData.Span.ToArray());
        Assert.Equal(0u, Real.LockoutCounter);
    }

    /// <summary>While a command is prepared, the wire can take its time, and another thread sets a password.</summary>
    [Fact]
    public void A_password_that_is_set_while_a_command_is_prepared_does_not_cross_in_clear()
    {
        using TpmNvIndex index = Define(TpmaNvFlags.AuthRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.NoDa, default);
        using var bare = new TpmEntity(index.Handle);
        using TpmSession session = Tpm.StartSession();
        Do(Deed.Once(TpmCc.NvReadPublic, moment =>
        {
            bare.SetAuthValue(HostileTpm.NewPassword);
            return moment.Execute(moment.Command);
        }));
        Outcome(() => Tpm.Commands.NvCertify(HostileTpm.Signer, bare, bare, default, new(TpmAlgId.Null), 8, 0, session));
        Assert.False(IsSeen(HostileTpm.NewPassword));
    }

    /// <summary>Who may define indices defines this one anew, so that everybody may read it. Its password is the owner's.</summary>
    [Fact]
    public void What_was_to_be_written_to_an_index_is_not_written_to_another_in_its_place()
    {
        TpmPolicy policy = Real.PcrPolicy;
        using TpmNvIndex index = Define(TpmaNvFlags.PolicyRead | TpmaNvFlags.PolicyWrite, policy.Digest());
        Real.Side.Commands.NvUndefineSpace(TpmRh.Owner, HostileTpm.Wanted);
        using TpmNvIndex trap = Define(TpmaNvFlags.PolicyRead | TpmaNvFlags.PolicyWrite | TpmaNvFlags.OwnerRead, policy.Digest());
        Outcome(() =>
        {
            using TpmSession session = Tpm.Satisfy(policy, command: TpmCc.NvWrite, target: index);
            Tpm.Commands.NvWrite(index, index, HostileTpm.Sealed, 0, session);
        });
        Assert.NotEqual(HostileTpm.Sealed, Real.ReadIndex(HostileTpm.Wanted));
    }

    /// <summary>Only a policy could write the index that was opened; another is put in its place.</summary>
    [Fact]
    public void What_is_in_another_index_in_the_place_of_an_opened_one_is_not_believed()
    {
        using TpmNvIndex index = Define(TpmaNvFlags.AuthRead | TpmaNvFlags.PolicyWrite | TpmaNvFlags.NoDa, Real.PcrPolicy.Digest());
        Real.Side.Commands.NvUndefineSpace(TpmRh.Owner, HostileTpm.Wanted);
        using TpmNvIndex trap = Define(TpmaNvFlags.AuthRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.NoDa, default);
        Real.Side.Commands.NvWrite(TpmRh.Owner, HostileTpm.Wanted, HostileTpm.OtherData, 0);
        byte[] read = [];
        var error = Outcome(() => read = Tpm.Commands.NvRead(index, index, 8, 0).Data.Span.ToArray());
        Assert.Empty(read);
        Assert.Equal(TpmSessionFault.WrongName, Assert.IsType<TpmSessionException>(error).Fault);
    }

    /// <summary>The counter has counted; an error is invented, and nobody can be asked any more.</summary>
    [Theory]
    [InlineData("no answer")]
    [InlineData("no session")]
    [InlineData("damaged")]
    public void An_error_that_could_not_be_looked_into_does_not_pass_for_one_of_the_TPM(string how)
    {
        Real.Define(HostileTpm.Wanted, null, TpmNt.Counter);
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        bool begun = false;
        Do(new(moment =>
        {
            if (begun)
            {
                return how switch
                {
                    "no answer" => throw new TpmTransportException(TpmFault.Timeout, "No answer."),
                    "no session" => RawCommands.Response(TpmRc.SessionHandles),
                    _ => RawCommands.Command(TpmHeader.Sessions, TpmRc.Success, new byte[3]),
                };
            }

            if (moment.Code != (uint)TpmCc.NvIncrement)
            {
                return null;
            }

            begun = TpmHeader.Read(moment.Execute(moment.Command)).Code == TpmRc.Success;
            return begun ? RawCommands.Response(TpmRc.NvLocked) : null;
        }));
        var error = Assert.IsType<TpmSessionException>(Outcome(() => Tpm.Commands.NvIncrement(index, index)));
        Assert.Equal(TpmSessionFault.OutcomeUnknown, error.Fault);
        Stop();
    }

    /// <summary>After Clear the counters of resets are known: they are zero (Part 3, 24.6).</summary>
    [Fact]
    public void A_reset_right_after_Clear_is_told()
    {
        using TpmObject key = Tpm.CreatePrimary(TpmRh.Null, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        Tpm.Commands.Clear(TpmRh.Lockout);
        Real.Transport.FindAbility<ITpmReset>()!.Reset();
        Real.Side.Commands.Startup(TpmSu.Clear);
        var error = Assert.IsType<TpmSessionException>(Outcome(() => Tpm.GetRandom(8)));
        Assert.Equal(TpmSessionFault.TpmReset, error.Fault);
    }

    /// <summary>The reset is hidden by a Clear, which zeroes the counters, and by patience: more time has passed than before.</summary>
    [Fact]
    public void A_reset_behind_a_Clear_of_somebody_elses_is_told()
    {
        using ITpmTransport chip = Transports.TransportCatalog.Default.Open("libtpms");
        using var side = new Tpm2(chip, new() { ProtectBus = false });
        using var wire = new HostileWire(chip);
        using var tpm = new Tpm2(wire);
        using TpmObject key = tpm.CreatePrimary(TpmRh.Null, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
        tpm.Commands.PcrExtend(TpmHandle.Pcr(HostileTpm.Pcr), [new(TpmAlgId.Sha256, new byte[32])]);
        ulong time = side.Commands.ReadClock().CurrentTime.Time;
        chip.FindAbility<ITpmReset>()!.Reset();
        side.Commands.Startup(TpmSu.Clear);
        side.Commands.Clear(TpmRh.Lockout);
        while (side.Commands.ReadClock().CurrentTime.Time <= time + 100)
        {
            Thread.Sleep(10);
        }

        var error = Assert.IsType<TpmSessionException>(Outcome(() => tpm.GetRandom(8)));
        Assert.Equal(TpmSessionFault.TpmReset, error.Fault);
    }

    /// <summary>The other TPM can be the attacker's own, who then knows the session's key.</summary>
    [Fact]
    public void A_session_of_another_TPM_protects_nothing()
    {
        using var other = new HostileTpm();
        using var elsewhere = new Tpm2(new HostileWire(other.Transport));
        using TpmSession session = elsewhere.StartSession();
        int before = Wire.Exchanges.Count;
        Assert.ThrowsAny<Exception>(() => Tpm.Commands.PcrExtend(TpmHandle.Pcr(HostileTpm.Pcr), [new(TpmAlgId.Sha256, new byte[32])], [session]));
        Assert.Equal(before, Wire.Exchanges.Count);
    }

    /// <summary>More handles for ever, each of them new.</summary>
    [Fact]
    public void A_list_of_handles_without_an_end_ends()
    {
        uint next = 0x100;
        using var wire = new HostileWire(Real.Transport);
        using var tpm = new Tpm2(wire);
        wire.Arm(
            new Deed(moment => moment is { Code: (uint)TpmCc.GetCapability, Message.HasSessions: false }
                ? RawCommands.Command(TpmHeader.NoSessions, TpmRc.Success, [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, (byte)(next >> 8), (byte)next++])
                : null),
            0, 1);
        Outcome(() => tpm.GetRandom(8));
        Assert.InRange(wire.Exchanges.Count, 1, 300);
    }

    /// <summary>The session's key has the password in it, if it is bound to what it authorizes (Part 1, 19.6.8).</summary>
    [Fact]
    public void A_session_that_is_bound_to_a_bare_handle_costs_no_lockout_try()
    {
        using var bare = new TpmEntity(HostileTpm.Item, HostileTpm.Password);
        using TpmSession session = Real.Side.StartSession(bind: bare);
        Outcome(() => Real.Side.Commands.Unseal(bare, session));
        Assert.Equal(0u, Real.LockoutCounter);
    }

    [Fact]
    public void A_command_is_not_sent_again_if_the_caller_does_not_want_that()
    {
        using var tpm = new Tpm2(Wire, new() { ResendWhenBusy = false });
        tpm.GetRandom(1);
        Do(Deed.Once(TpmCc.PcrExtend, static _ => RawCommands.Response(TpmRc.Retry)));
        var error = Assert.IsType<TpmCommandException>(
            Outcome(() => tpm.Commands.PcrExtend(TpmHandle.Pcr(HostileTpm.Pcr), [new(TpmAlgId.Sha256, new byte[32])])));
        Assert.Equal(TpmRc.Retry, error.Code.Value);
    }

    /// <summary>Disposing can't be cancelled. The wire puts every flush off.</summary>
    [Fact]
    public void Disposing_does_not_wait_for_each_thing_that_is_put_off()
    {
        var tpm = new Tpm2(Wire);
        using TpmSession session = tpm.StartSession();
        int before = Wire.Exchanges.Count;
        Do(new(static moment => moment.Code == (uint)TpmCc.FlushContext ? RawCommands.Response(TpmRc.Retry) : null));
        tpm.Dispose();
        Stop();
        Assert.InRange(Wire.Exchanges.Count - before, 1, 40);
    }

    private TpmNvIndex Define(TpmaNvFlags flags, Tpm2bDigest policy)
    {
        Real.Side.Commands.NvDefineSpace(
            TpmRh.Owner, default, new(new(HostileTpm.Wanted, TpmAlgId.Sha256, TpmaNv.Of(flags), policy, (ushort)HostileTpm.Sealed.Length)));
        return Tpm.OpenNvIndex(HostileTpm.Wanted);
    }

    /// <summary>A store that is found empty, and then is not.</summary>
    private sealed class LateStore(Tpm2bName inIt) : ITpmPinStore
    {
        public Tpm2bName Kept { get; private set; } = inIt;

        public int Failures { get; set; }

        public Tpm2bName? Find() => null;

        public void Keep(Tpm2bName name)
        {
            if (Failures-- > 0)
            {
                throw new TpmTrustException("The disk is full.", "Make room.");
            }

            if (Kept.Size > 0 && Kept != name)
            {
                throw new TpmSessionException(TpmSessionFault.TpmReplaced, "Another TPM is pinned.");
            }

            Kept = name;
        }
    }
}

using TpmHw.Spec;
using TpmHw.Testing.Hostile;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>What is believed comes from the TPM that was vouched for, and is what was asked for.</summary>
public sealed class BeliefTests : HostileTest
{
    private readonly HostileTpm _other = new();

    public static TheoryData<TpmCc> Readings =>
        [TpmCc.PcrRead, TpmCc.GetCapability, TpmCc.ReadClock, TpmCc.NvReadPublic, TpmCc.ReadPublic, TpmCc.PolicyGetDigest, TpmCc.GetTestResult, TpmCc.GetRandom];

    [Theory]
    [MemberData(nameof(Readings))]
    public void An_answer_without_sessions_is_not_believed(TpmCc command)
    {
        Action read = Reading(command);
        Do(Always(command, static moment =>
        {
            byte[] real = moment.Execute(moment.Command);
            HostileMessage answer = HostileMessage.OfResponse(real, moment.Message!.Info)!;
            byte[] parameters = answer.Parameters.ToArray();
            parameters[^1] ^= 1;
            return HostileMessage.Success([], parameters);
        }));
        Assert.NotNull(Outcome(read));
    }

    [Theory]
    [MemberData(nameof(Readings))]
    public void An_answer_of_another_TPM_is_not_believed(TpmCc command)
    {
        _other.Define(HostileTpm.Wanted, HostileTpm.OtherData);
        Action read = Reading(command);
        Do(Always(command, moment =>
        {
            byte[] room = new byte[TpmTransportInfo.UsualSize];

            // To a TPM that does not have the sessions, the attacker sends the command without them.
            HostileMessage message = moment.Message!;
            byte[] bare = Testing.RawCommands.Command(
                TpmHeader.NoSessions, moment.Code, [.. message.Bytes.AsSpan(TpmHeader.Size, message.HandlesAt.Count * sizeof(uint)), .. message.Parameters]);
            return room[.._other.Transport.Transmit(bare, room)];
        }));
        Assert.NotNull(Outcome(read));
    }

    /// <summary>A Name that is not known yet is read unprotected first, and proved by the command that it is for: so both readings are forged.</summary>
    private static Deed Always(TpmCc command, Func<HostileMoment, byte[]> answer) => new(moment => moment.Code == (uint)command ? answer(moment) : null);

    [Fact]
    public void OpenNvIndex_never_returns_another_index()
    {
        Real.Define(HostileTpm.Wanted, HostileTpm.Sealed);
        Real.Define(HostileTpm.Other, HostileTpm.OtherData);
        Do(Deed.Once(TpmCc.NvReadPublic, static moment => moment.Execute(moment.Message!.With(TpmHeader.Size, HostileTpm.Other.Value))));
        TpmNvIndex? index = null;
        if (Outcome(() => index = Tpm.OpenNvIndex(HostileTpm.Wanted)) is null)
        {
            Assert.Equal(HostileTpm.Wanted, index!.Handle);
            Assert.Equal(Real.Side.Commands.NvReadPublic(HostileTpm.Wanted).NvName, index.Name);
        }
    }

    [Fact]
    public void An_index_is_never_deleted_in_place_of_another()
    {
        Real.Define(HostileTpm.Wanted, HostileTpm.Sealed);
        Real.Define(HostileTpm.Other, HostileTpm.OtherData);
        Do(new(static moment => (TpmCc)moment.Code is TpmCc.NvReadPublic or TpmCc.NvUndefineSpace && moment.Message is { } message
            ? moment.Execute(message.With(message.HandlesAt[^1], HostileTpm.Other.Value))
            : null));
        Assert.NotNull(Outcome(() => Tpm.Commands.NvUndefineSpace(TpmRh.Owner, HostileTpm.Wanted)));
        Assert.True(Real.Has(HostileTpm.Other));
        Assert.NotNull(Outcome(() =>
        {
            using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted);
            Tpm.Commands.NvUndefineSpace(TpmRh.Owner, index);
        }));
        Assert.True(Real.Has(HostileTpm.Other));
    }

    [Fact]
    public void OpenObject_never_returns_another_object()
    {
        Do(Deed.Once(TpmCc.ReadPublic, static moment => moment.Execute(moment.Message!.With(TpmHeader.Size, HostileTpm.Agreement.Value))));
        TpmObject? key = null;
        if (Outcome(() => key = Tpm.OpenObject(HostileTpm.Signer)) is null)
        {
            Assert.Equal(Real.PublicOf(HostileTpm.Signer), key!.PublicArea);
        }
    }

    [Fact]
    public void A_pin_asks_for_protection_on_a_way_that_crosses_no_wire()
    {
        using var inside = new Tpm2(new InProcess(Real.Transport), new() { SaltKeyName = Real.SaltKeyName });
        Assert.NotEqual(BusProtectionLevel.Off, inside.BusProtection.Level);
        inside.GetRandom(8);
        Assert.Equal(BusProtectionLevel.Pinned, inside.BusProtection.Level);
        using var wrong = new Tpm2(new InProcess(_other.Transport), new() { SaltKeyName = Real.SaltKeyName });
        Assert.NotNull(Outcome(() => wrong.GetRandom(8)));
    }

    [Theory]
    [InlineData(TpmCc.Import)]
    [InlineData(TpmCc.Duplicate)]
    [InlineData(TpmCc.EncryptDecrypt)]
    [InlineData(TpmCc.ZGen2Phase)]
    public void A_second_secret_is_not_sent_in_clear(TpmCc command)
    {
        using TpmObject parent = Tpm.OpenObject(HostileTpm.Parent, HostileTpm.Password);
        var point = new Tpm2bEccPoint(new(new byte[32], new byte[32]));
        var error = Outcome(() =>
        {
            switch (command)
            {
                case TpmCc.Import:
                    Tpm.Commands.Import(parent, default, new(TpmTemplates.Hmac), HostileTpm.Sealed, default, new(TpmAlgId.Null));
                    break;
                case TpmCc.Duplicate:
                    Tpm.Commands.Duplicate(parent, TpmRh.Null, default, new(TpmAlgId.Null));
                    break;
                case TpmCc.EncryptDecrypt:
                    Tpm.Commands.EncryptDecrypt(parent, false, TpmAlgId.Cfb, new byte[16], HostileTpm.Sealed);
                    break;
                default:
                    Tpm.Commands.ZGen2Phase(parent, point, point, TpmAlgId.Ecdh, 0);
                    break;
            }
        });
        Assert.NotNull(error);
        Assert.Equal(0, Count(command));
    }

    public override void Dispose()
    {
        base.Dispose();
        _other.Dispose();
    }

    private Action Reading(TpmCc command)
    {
        switch (command)
        {
            case TpmCc.PcrRead:
                return () => Tpm.Commands.PcrRead([new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0))]);
            case TpmCc.GetCapability:
                return () => Tpm.Commands.GetCapability(TpmCap.TpmProperties, (uint)TpmPt.Manufacturer, 1);
            case TpmCc.ReadClock:
                return () => Tpm.Commands.ReadClock();
            case TpmCc.NvReadPublic:
                Real.Define(HostileTpm.Wanted, HostileTpm.Sealed);
                return () => Tpm.Commands.NvReadPublic(HostileTpm.Wanted);
            case TpmCc.ReadPublic:
                return () => Tpm.Commands.ReadPublic(HostileTpm.Signer);
            case TpmCc.PolicyGetDigest:
                TpmSession session = Tpm.StartSession(TpmSe.Policy);
                return () => Tpm.Commands.PolicyGetDigest(session);
            case TpmCc.GetTestResult:
                return () => Tpm.Commands.GetTestResult();
            default:
                return () => Tpm.Commands.GetRandom(16);
        }
    }

    /// <summary>A way that says that it stays in this process.</summary>
    private sealed class InProcess(ITpmTransport inner) : ITpmTransport
    {
        public TpmTransportInfo Info => inner.Info with { CrossesWire = false };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
            inner.Transmit(command, response, cancellationToken);

        public void Dispose()
        {
        }
    }
}

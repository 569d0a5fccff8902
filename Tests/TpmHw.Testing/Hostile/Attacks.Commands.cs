using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Testing.Hostile;

/// <summary>What the attacker sends with handles that he has seen.</summary>
/// <param name="Command">The command.</param>
/// <param name="Targets">What it can be sent to, the attacker's own choice of parameters behind it; empty if it is of no use.</param>
/// <param name="NeedsAuthority">Whether its success takes an authority that the attacker does not have.</param>
internal sealed record InjectedKind(TpmCc Command, Func<KnownHandles, IEnumerable<byte[]>> Targets, bool NeedsAuthority);

/// <summary>The handles that have crossed the wire.</summary>
internal sealed class KnownHandles
{
    private readonly SortedSet<uint> _all = [];

    public KnownHandles(HostileMoment moment)
    {
        foreach (HostileExchange exchange in moment.History)
        {
            Add(HostileMessage.OfCommand(exchange.Command));
            if (HostileMessage.InfoOf(exchange.Command) is { } info)
            {
                Add(HostileMessage.OfResponse(exchange.Answer, info));
            }
        }

        Add(moment.Message);
    }

    /// <summary>Those of some kinds.</summary>
    public IEnumerable<uint> Of(params TpmHt[] types) => _all.Where(h => types.Contains((TpmHt)(h >> 24)));

    private void Add(HostileMessage? message)
    {
        foreach (int at in message?.HandlesAt ?? [])
        {
            _all.Add(HostileMessage.ReadUInt32(message!.Bytes, at));
        }

        foreach (HostileSession session in message?.Sessions ?? [])
        {
            _all.Add(session.Handle);
        }
    }
}

/// <summary>
/// Commands of the attacker's own, with the victim's sessions as their authorization: without an HMAC, which is all that a
/// session without a key asks for (Part 1, 19.6.8), before or after the victim's command.
/// </summary>
internal sealed record Injected(InjectedKind Kind, bool After) : HostileAttack(After ? "injected after" : "injected before", Kind.Command.ToString())
{
    /// <summary>What is injected.</summary>
    public static IReadOnlyList<InjectedKind> Kinds { get; } =
    [
        new(TpmCc.Unseal, static known => Authorized(known, TpmCc.Unseal, Objects(known).Select(static o => new[] { o }), []), NeedsAuthority: true),
        new(
            TpmCc.Duplicate,
            static known => Authorized(known, TpmCc.Duplicate, Objects(known).Select(static o => new[] { o, (uint)TpmRh.Null }), [0, 0, 0, (byte)TpmAlgId.Null]),
            NeedsAuthority: true),
        new(TpmCc.NvIncrement, static known => Authorized(known, TpmCc.NvIncrement, known.Of(TpmHt.NvIndex).Select(static i => new[] { i, i }), []), NeedsAuthority: true),
        new(TpmCc.NvReadLock, static known => Authorized(known, TpmCc.NvReadLock, known.Of(TpmHt.NvIndex).Select(static i => new[] { i, i }), []), NeedsAuthority: true),
        new(
            TpmCc.PolicyRestart,
            static known => known.Of(TpmHt.PolicySession).Select(static s => RawCommands.Command(TpmHeader.NoSessions, (uint)TpmCc.PolicyRestart, Bytes(s))),
            NeedsAuthority: false),
        new(
            TpmCc.FlushContext,
            static known => known.Of(TpmHt.HmacSession, TpmHt.PolicySession, TpmHt.Transient)
                .Select(static h => RawCommands.Command(TpmHeader.NoSessions, (uint)TpmCc.FlushContext, Bytes(h))),
            NeedsAuthority: false),
    ];

    public override bool AltersCommands => true;

    public override byte[]? Answer(HostileMoment moment)
    {
        byte[][] commands = [.. Kind.Targets(new(moment))];
        if (commands.Length == 0)
        {
            return null;
        }

        byte[] answer = After ? moment.Execute(moment.Command) : [];
        foreach (byte[] command in commands)
        {
            if (TpmHeader.Read(moment.Execute(command)).Code == TpmRc.Success && Kind.NeedsAuthority)
            {
                moment.Report($"{Kind.Command} of the attacker's succeeded");
            }
        }

        return After ? answer : moment.Execute(moment.Command);
    }

    private static IEnumerable<uint> Objects(KnownHandles known) => known.Of(TpmHt.Transient, TpmHt.Persistent);

    private static IEnumerable<byte[]> Authorized(KnownHandles known, TpmCc command, IEnumerable<uint[]> handles, byte[] parameters)
    {
        foreach (uint session in known.Of(TpmHt.PolicySession, TpmHt.HmacSession))
        {
            foreach (uint[] all in handles)
            {
                byte[] nonce = new byte[16];
                byte[] area = [.. Bytes(session), 0, (byte)nonce.Length, .. nonce, (byte)TpmaSession.ContinueSession, 0, 0];
                yield return RawCommands.Command(
                    TpmHeader.Sessions, (uint)command, [.. all.SelectMany(Bytes), .. Bytes((uint)area.Length), .. area, .. parameters]);
            }
        }
    }

    private static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}

/// <summary>A handle of the command is replaced by another of the same kind.</summary>
internal sealed record SwappedInCommand() : HostileAttack("handle swapped in the command", "")
{
    public override bool AltersCommands => true;

    public override byte[]? Answer(HostileMoment moment)
    {
        if (moment.Message is not { } command)
        {
            return null;
        }

        int[] places = command.Info.Code == TpmCc.FlushContext ? [command.ParametersAt] : [.. command.HandlesAt, .. command.Sessions.Select(static s => s.At)];
        var choices = places.SelectMany(at => Others(HostileMessage.ReadUInt32(command.Bytes, at), moment).Select(other => (at, other))).ToArray();
        if (choices.Length == 0)
        {
            return null;
        }

        (int place, uint handle) = choices[moment.Random.Next(choices.Length)];
        return moment.Execute(command.With(place, handle));
    }

    /// <summary>Handles of the same kind that the attacker has seen, or can guess.</summary>
    internal static IEnumerable<uint> Others(uint handle, HostileMoment moment) => ((TpmHt)(handle >> 24) switch
    {
        TpmHt.NvIndex => [HostileTpm.Wanted.Value, HostileTpm.Other.Value],
        TpmHt.Persistent => HostileTpm.PersistentHandles,
        TpmHt.Pcr => [handle ^ 1],
        TpmHt.HmacSession or TpmHt.PolicySession or TpmHt.Transient => new KnownHandles(moment).Of((TpmHt)(handle >> 24)),
        _ => (IEnumerable<uint>)[],
    }).Where(other => other != handle);
}

/// <summary>The handle of an answer is replaced by another of the same kind.</summary>
internal sealed record SwappedInAnswer() : HostileAttack("handle swapped in the answer", "")
{
    public override byte[]? Answer(HostileMoment moment)
    {
        if (moment.Message is not { Info.ResponseHandles: > 0 } command
            || HostileMessage.OfResponse(moment.Execute(moment.Command), command.Info) is not { } answer)
        {
            return null;
        }

        uint handle = HostileMessage.ReadUInt32(answer.Bytes, TpmHeader.Size);
        uint[] others = [.. SwappedInCommand.Others(handle, moment)];
        return answer.With(TpmHeader.Size, others.Length > 0 ? others[moment.Random.Next(others.Length)] : handle + 1);
    }
}

/// <summary>The command arrives twice.</summary>
internal sealed record Twice(bool AnswersLast) : HostileAttack("delivered twice", AnswersLast ? "last answer" : "first answer")
{
    public override bool AltersCommands => true;

    public override byte[] Answer(HostileMoment moment)
    {
        byte[] first = moment.Execute(moment.Command);
        byte[] second = moment.Execute(moment.Command);
        return AnswersLast ? second : first;
    }
}

/// <summary>One bit is turned over.</summary>
internal sealed record TurnedBit(int Number, bool InCommand) : HostileAttack(InCommand ? "bit turned in the command" : "bit turned in the answer", $"{Number}")
{
    public override bool AltersCommands => InCommand;

    public override byte[] Answer(HostileMoment moment)
    {
        byte[] message = InCommand ? [.. moment.Command] : moment.Execute(moment.Command);
        for (int skip = 0; skip < Number; skip++)
        {
            moment.Random.Next();
        }

        int bit = moment.Random.Next(8 * message.Length);
        message[bit / 8] ^= (byte)(1 << bit % 8);
        return InCommand ? moment.Execute(message) : message;
    }
}

/// <summary>Something that a test does to commands of its choice.</summary>
/// <param name="Does">What the victim gets; null to leave the command alone.</param>
public sealed record Deed(Func<HostileMoment, byte[]?> Does) : HostileAttack("deed", "")
{
    /// <inheritdoc/>
    public override bool GoesOn => true;

    /// <inheritdoc/>
    public override byte[]? Answer(HostileMoment moment) => Does(moment);

    /// <summary>Something that is done to the first command of a kind only.</summary>
    public static Deed Once(TpmCc command, Func<HostileMoment, byte[]> does)
    {
        bool done = false;
        return new(moment =>
        {
            if (done || moment.Code != (uint)command)
            {
                return null;
            }

            done = true;
            return does(moment);
        });
    }
}

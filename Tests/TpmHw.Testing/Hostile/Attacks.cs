using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Testing.Hostile;

/// <summary>All that the attacker tries.</summary>
public static class Attacks
{
    /// <summary>Response codes that somebody acts on, or that belong to a session or a handle (Part 2, 6.6.3).</summary>
    private static readonly uint[] s_codes =
    [
        0x100, // TPM_RC_INITIALIZE
        0x101, // TPM_RC_FAILURE
        0x120, // TPM_RC_DISABLED
        0x128, // TPM_RC_PCR_CHANGED
        0x143, // TPM_RC_COMMAND_CODE
        0x14A, // TPM_RC_NV_UNINITIALIZED
        0x14C, // TPM_RC_NV_DEFINED
        0x18B, // TPM_RC_HANDLE of handle 1
        0x1C4, // TPM_RC_VALUE of parameter 1
        0x1D5, // TPM_RC_SIZE of parameter 1
        0x98E, 0xA8E, // TPM_RC_AUTH_FAIL of session 1 and 2
        0x9A2, 0xAA2, // TPM_RC_BAD_AUTH of session 1 and 2
        0x98F, // TPM_RC_NONCE of session 1
        0x99D, // TPM_RC_POLICY_FAIL of session 1
        0x901, // TPM_RC_CONTEXT_GAP
        0x902, // TPM_RC_OBJECT_MEMORY
        0x903, // TPM_RC_SESSION_MEMORY
        0x905, // TPM_RC_SESSION_HANDLES
        0x908, // TPM_RC_YIELDED
        0x909, // TPM_RC_CANCELED
        0x90A, // TPM_RC_TESTING
        0x910, // TPM_RC_REFERENCE_H0
        0x918, 0x919, 0x91A, // TPM_RC_REFERENCE_S0 to S2
        0x920, // TPM_RC_NV_RATE
        0x921, // TPM_RC_LOCKOUT
        0x922, // TPM_RC_RETRY
        0x80280400, // TPM_E_COMMAND_BLOCKED
    ];

    /// <summary>Every attack.</summary>
    public static IReadOnlyList<HostileAttack> All { get; } =
    [
        new OtherTpm(GoesOnAfter: false),
        new OtherTpm(GoesOnAfter: true),
        new Crafted(WithSessions: false),
        new Crafted(WithSessions: true),
        new Swallowed(SwallowedArea.None),
        new Swallowed(SwallowedArea.Copied),
        new Swallowed(SwallowedArea.Invented),
        new Replayed(SameCommand: true),
        new Replayed(SameCommand: false),
        .. s_codes.Select(static code => new ErrorCode(code, Executes: false)),
        .. s_codes.Select(static code => new ErrorCode(code, Executes: true)),
        .. Injected.Kinds.SelectMany(static kind => new Injected[] { new(kind, After: false), new(kind, After: true) }),
        new SwappedInCommand(),
        new SwappedInAnswer(),
        new Twice(AnswersLast: false),
        new Twice(AnswersLast: true),
        .. Enumerable.Range(0, 4).Select(static i => new TurnedBit(i, InCommand: true)),
        .. Enumerable.Range(0, 4).Select(static i => new TurnedBit(i, InCommand: false)),
    ];

    /// <summary>The columns of the table.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. All.Select(static a => a.Column).Distinct()];
}

/// <summary>The attacker's own TPM, which looks the same from outside, answers.</summary>
internal sealed record OtherTpm(bool GoesOnAfter) : HostileAttack(GoesOnAfter ? "other TPM from here on" : "other TPM's answer", "")
{
    public override bool GoesOn => GoesOnAfter;

    public override bool NeedsElsewhere => true;

    public override byte[] Answer(HostileMoment moment)
    {
        byte[] answer = moment.ExecuteElsewhere(moment.Command);
        bool trusted = TpmHeader.Read(answer).Code == TpmRc.Success
            && moment.Message is { } message && message.Sessions.Any(static s => s.Handle >> 24 is (uint)TpmHt.HmacSession or (uint)TpmHt.PolicySession);
        if (trusted)
        {
            moment.Report($"another TPM was trusted with {(TpmCc)moment.Code}");
        }

        return answer;
    }
}

/// <summary>The TPM executes the command, and the answer is the attacker's: of the right form, with values of his own.</summary>
internal sealed record Crafted(bool WithSessions) : HostileAttack(WithSessions ? "crafted answer, HMACs copied" : "crafted answer, no session", "")
{
    public override byte[]? Answer(HostileMoment moment)
    {
        byte[] real = moment.Execute(moment.Command);
        if (moment.Message is not { } command || HostileMessage.OfResponse(real, command.Info) is not { } answer
            || answer.Parameters.IsEmpty || (WithSessions && !answer.HasSessions))
        {
            return null;
        }

        byte[] parameters = answer.Parameters.ToArray();
        int start = command.Info.TakesEncrypt ? sizeof(ushort) : parameters.Length - 1;
        int size = command.Info.TakesEncrypt ? parameters[0] << 8 | parameters[1] : 1;
        if (size == 0 || start + size > parameters.Length)
        {
            return null;
        }

        if (command.Info.TakesEncrypt)
        {
            moment.Random.NextBytes(parameters.AsSpan(start, size));
        }
        else
        {
            parameters[^1] ^= 1;
        }

        return HostileMessage.Success(
            real.AsSpan(TpmHeader.Size, answer.HandlesAt.Count * sizeof(uint)), parameters, WithSessions ? real[answer.ParametersEnd..] : null);
    }
}

/// <summary>The authorization area of an invented success.</summary>
internal enum SwallowedArea
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>That of the latest answer which has one.</summary>
    Copied,

    /// <summary>A nonce for each session of the command, and an HMAC where the command has one.</summary>
    Invented,
}

/// <summary>The command does not reach the TPM, and its success is invented.</summary>
internal sealed record Swallowed(SwallowedArea Area)
    : HostileAttack(Area switch { SwallowedArea.None => "swallowed", SwallowedArea.Copied => "swallowed, HMACs copied", _ => "swallowed, HMACs invented" }, "")
{
    public override byte[]? Answer(HostileMoment moment)
    {
        if (moment.Message is not { } command)
        {
            return null;
        }

        byte[] handles = new byte[command.Info.ResponseHandles * sizeof(uint)];
        byte[]? area = Area switch
        {
            SwallowedArea.Copied => moment.History.Reverse().Select(AreaOf).OfType<byte[]>().FirstOrDefault(),
            SwallowedArea.Invented => command.HasSessions ? [.. command.Sessions.SelectMany(s => Invent(s, moment.Random))] : null,
            _ => null,
        };
        return area is null && Area != SwallowedArea.None ? null : HostileMessage.Success(handles, [], area);
    }

    private static byte[] Invent(HostileSession session, Random random)
    {
        byte[] bytes = new byte[session.Nonce.Length + session.HmacSize];
        random.NextBytes(bytes);
        return [0, (byte)session.Nonce.Length, .. bytes[..session.Nonce.Length], 1, 0, (byte)session.HmacSize, .. bytes[session.Nonce.Length..]];
    }

    private static byte[]? AreaOf(HostileExchange earlier) =>
        HostileMessage.InfoOf(earlier.Command) is { } info && HostileMessage.OfResponse(earlier.Answer, info) is { HasSessions: true } answer
            ? answer.Bytes[answer.ParametersEnd..]
            : null;
}

/// <summary>The command does not reach the TPM, and an earlier answer comes again.</summary>
internal sealed record Replayed(bool SameCommand) : HostileAttack(SameCommand ? "replayed, same command's" : "replayed, last answer", "")
{
    public override byte[]? Answer(HostileMoment moment) =>
        moment.History.LastOrDefault(e => !SameCommand || TpmHeader.Read(e.Command).Code == moment.Code)?.Answer;
}

/// <summary>A response code is invented.</summary>
internal sealed record ErrorCode(uint Code, bool Executes) : HostileAttack(Executes ? "code invented after it ran" : "code invented, not run", $"0x{Code:X3}")
{
    public override byte[] Answer(HostileMoment moment)
    {
        if (Executes)
        {
            moment.Execute(moment.Command);
        }

        return RawCommands.Response(Code);
    }
}

using System.Diagnostics;
using TpmHw.Wire;

namespace TpmHw.Testing.Hostile;

/// <summary>A command that crossed the wire, and what came back.</summary>
/// <param name="Command">The command as the victim sent it.</param>
/// <param name="Answer">The answer as the victim got it.</param>
/// <param name="Executed">Every command that the TPM got for it, with the TPM's own answer.</param>
public sealed record HostileExchange(byte[] Command, byte[] Answer, IReadOnlyList<(byte[] Command, byte[] Answer)> Executed)
{
    /// <summary>Whether the TPM executed the victim's command, and the victim got the TPM's answer.</summary>
    public bool IsHonest => Executed.Any(e => e.Command.AsSpan().SequenceEqual(Command) && e.Answer.AsSpan().SequenceEqual(Answer));
}

/// <summary>Everything seems to go on for ever. No <see cref="TpmException"/>, so that nobody takes it for an answer.</summary>
public sealed class HostileHangException(string message) : Exception(message);

/// <summary>The way to a TPM, owned by an attacker. He sees every message, and at one of them, or from it on, he does what he likes.</summary>
public sealed class HostileWire(ITpmTransport tpm, ITpmTransport? elsewhere = null) : ITpmTransport
{
    private const int MostMessages = 400;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private readonly long _opened = Stopwatch.GetTimestamp();
    private HostileAttack? _attack;
    private Random _random = new(0);
    private int _at;
    private int _armedAt;

    /// <inheritdoc/>
    public TpmTransportInfo Info => tpm.Info with { CrossesWire = true };

    /// <summary>All that has crossed so far.</summary>
    public List<HostileExchange> Exchanges { get; } = [];

    /// <summary>What has crossed since the attack was armed.</summary>
    public IEnumerable<HostileExchange> Armed => Exchanges.Skip(_armedAt);

    /// <summary>What the attacker has got hold of, or done, that he must not.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>The commands that the attack was applied to.</summary>
    public List<byte[]> Attacked { get; } = [];

    /// <summary>How many messages were counted since the attack was armed.</summary>
    public int Count { get; private set; }

    /// <summary>Whether messages pass uncounted and untouched.</summary>
    public bool IsPaused { get; set; } = true;

    /// <summary>The attacker's own TPM.</summary>
    public ITpmTransport? Elsewhere => elsewhere;

    /// <summary>Begins to count messages.</summary>
    /// <param name="attack">What is done; null for nothing.</param>
    /// <param name="at">To which message, from 0.</param>
    /// <param name="seed">What the attacker's random choices come from.</param>
    public void Arm(HostileAttack? attack, int at, int seed)
    {
        (_attack, _at, _random, Count, IsPaused, _armedAt) = (attack, at, new(seed), 0, false, Exchanges.Count);
        Attacked.Clear();
    }

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        if (Exchanges.Count > MostMessages || Stopwatch.GetElapsedTime(_opened) > s_longest)
        {
            throw new HostileHangException($"{Exchanges.Count} messages in {Stopwatch.GetElapsedTime(_opened).TotalSeconds:F1} s");
        }

        var moment = new HostileMoment(this, command.ToArray(), _random, cancellationToken);
        byte[]? answer = null;
        if (!IsPaused)
        {
            int number = Count++;
            if (_attack is { } attack && (attack.GoesOn ? number >= _at : number == _at))
            {
                answer = attack.Answer(moment);
                if (answer is not null)
                {
                    Attacked.Add(moment.Command);
                }
            }
        }

        // An attack that can't be made may have found that out from the TPM's answer.
        answer ??= moment.Executed.Count > 0 ? moment.Executed[^1].Answer : moment.Execute(moment.Command);
        Exchanges.Add(new(moment.Command, answer, moment.Executed));
        TpmHeader header = TpmHeader.Read(answer);
        if (header.TotalSize != (uint)answer.Length || !header.HasResponseTag)
        {
            // Every transport checks this much (ITpmTransport's second rule).
            throw new TpmTransportException(TpmFault.BadResponse, "That is no response.", Convert.ToHexString(answer));
        }

        answer.CopyTo(response);
        return answer.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Sends something to one of the TPMs.</summary>
    internal byte[] Send(bool toElsewhere, byte[] command, CancellationToken cancellationToken)
    {
        ITpmTransport to = toElsewhere ? elsewhere ?? throw new InvalidOperationException("The attacker has no TPM.") : tpm;
        byte[] room = new byte[to.Info.MaxResponseSize];
        try
        {
            return room[..to.Transmit(command, room, cancellationToken)];
        }
        catch (ArgumentException e)
        {
            // A size that was altered: a real wire gets no answer to it.
            throw new TpmTransportException(TpmFault.Timeout, "No answer.", innerException: e);
        }
    }
}

/// <summary>One command on the wire, in the attacker's hands.</summary>
public sealed class HostileMoment(HostileWire wire, byte[] command, Random random, CancellationToken cancellationToken)
{
    private readonly List<(byte[] Command, byte[] Answer)> _executed = [];

    /// <summary>What the victim sent.</summary>
    public byte[] Command { get; } = command;

    /// <summary>The command code.</summary>
    public uint Code => TpmHeader.Read(Command).Code;

    /// <summary>The command, taken apart; null if it can't be.</summary>
    public HostileMessage? Message { get; } = HostileMessage.OfCommand(command);

    /// <summary>The attacker's choices.</summary>
    public Random Random => random;

    /// <summary>What crossed before.</summary>
    public IReadOnlyList<HostileExchange> History => wire.Exchanges;

    /// <summary>What the TPM got for this command.</summary>
    public IReadOnlyList<(byte[] Command, byte[] Answer)> Executed => _executed;

    /// <summary>Has the TPM execute something.</summary>
    public byte[] Execute(byte[] bytes)
    {
        byte[] answer = wire.Send(false, bytes, cancellationToken);
        _executed.Add((bytes, answer));
        return answer;
    }

    /// <summary>Has the attacker's own TPM execute something.</summary>
    public byte[] ExecuteElsewhere(byte[] bytes) => wire.Send(true, bytes, cancellationToken);

    /// <summary>Tells that the attacker got something that he must not have.</summary>
    public void Report(string finding) => wire.Findings.Add(finding);
}

/// <summary>Something that an attacker on the wire does to one command.</summary>
/// <param name="Column">The kind, which is a column of the table.</param>
/// <param name="Name">Which of the kind.</param>
public abstract record HostileAttack(string Column, string Name)
{
    /// <summary>Whether it goes on with every later command.</summary>
    public virtual bool GoesOn => false;

    /// <summary>Whether it needs the attacker's own TPM.</summary>
    public virtual bool NeedsElsewhere => false;

    /// <summary>Whether the TPM gets commands that the victim didn't send like this: what they cost is the attacker's doing.</summary>
    public virtual bool AltersCommands => false;

    /// <summary>What the victim gets; null if the attack can't be made on this command.</summary>
    public abstract byte[]? Answer(HostileMoment moment);
}

using TpmHw.Spec;
using TpmHw.Tpm12;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>How often and how long <see cref="RetryTransport"/> resends a command.</summary>
public sealed record RetryLimits
{
    /// <summary>The first pause; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No pause begins that would end later than this after the first answer. A slow chip's self-test takes seconds.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often one command is resent at most.</summary>
    public int Resends { get; init; } = 50;
}

/// <summary>
/// Resends a command that the TPM answers with "not now": TPM_RC_RETRY, TPM_RC_YIELDED, TPM_RC_TESTING, and TPM 1.2's
/// TPM_RETRY and TPM_DOING_SELFTEST. Such a command has not been executed and its sessions have not moved on, so the
/// same bytes are valid again. Once the limits are reached the TPM's last answer is the response.
/// </summary>
/// <remarks>A command whose span overlaps the response's is not resent: the answer has overwritten it.</remarks>
public sealed class RetryTransport : ITpmTransportWrapper
{
    private readonly RetryLimits _limits;
    private readonly TpmClock _clock;
    private long _resends;

    /// <summary>Resends what goes to a transport, which is disposed with this one.</summary>
    /// <param name="inner">The transport below.</param>
    /// <param name="limits">The limits; the usual ones where null.</param>
    /// <param name="clock">What to wait by; the machine's clock where null.</param>
    public RetryTransport(ITpmTransport inner, RetryLimits? limits = null, TpmClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        _limits = limits ?? new RetryLimits();
        _clock = clock ?? TpmClock.System;
    }

    /// <inheritdoc/>
    public ITpmTransport Inner { get; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    /// <summary>How often any command was resent so far.</summary>
    public long Resends => Interlocked.Read(ref _resends);

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        int length = Inner.Transmit(command, response, cancellationToken);
        return WhenToResend(command, response) == Resend.Never
            ? length
            : TransmitAgain(command, response, length, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Inner.Dispose();

    private int TransmitAgain(ReadOnlySpan<byte> command, Span<byte> response, int length, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(_limits.Total, _clock);
        TimeSpan next = _limits.FirstPause;
        for (int resends = 0; resends < _limits.Resends; resends++)
        {
            Resend when = WhenToResend(command, response);
            TimeSpan pause = when == Resend.AtOnce && resends == 0 ? TimeSpan.Zero : next;
            if (when == Resend.Never || pause > deadline.Remaining)
            {
                break;
            }

            if (pause > TimeSpan.Zero)
            {
                _clock.Wait(pause, cancellationToken);
                next = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, _limits.LongestPause.Ticks));
            }

            Interlocked.Increment(ref _resends);
            length = Inner.Transmit(command, response, cancellationToken);
        }

        return length;
    }

    private enum Resend
    {
        Never,
        AtOnce,
        AfterPause,
    }

    private static Resend WhenToResend(ReadOnlySpan<byte> command, ReadOnlySpan<byte> response)
    {
        var code = new TpmResponseCode(TpmHeader.Read(response).Code);
        return code.IsSuccess || command.Overlaps(response) ? Resend.Never : WhenToResend(code.Base.Value, TpmHeader.Read(command).Code);
    }

    private static Resend WhenToResend(uint code, uint command) => (code, command) switch
    {
        // A self-test that says it is testing has said what it was asked.
        (TpmRc.Testing, (uint)TpmCc.SelfTest) => Resend.Never,
        (Tpm12Rc.DoingSelfTest, (uint)Tpm12Cc.SelfTestFull or (uint)Tpm12Cc.ContinueSelfTest) => Resend.Never,

        (TpmRc.Retry, _) => Resend.AfterPause,
        (TpmRc.Yielded, _) => Resend.AtOnce, // what it has done so far is kept
        (TpmRc.Testing, _) => Resend.AfterPause,
        (Tpm12Rc.Retry, _) => Resend.AfterPause,
        (Tpm12Rc.DoingSelfTest, _) => Resend.AfterPause,

        _ => Resend.Never,
    };
}

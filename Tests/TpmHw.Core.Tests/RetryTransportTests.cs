using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Core.Tests;

public sealed class RetryTransportTests
{
    private static readonly byte[] s_random = RawCommands.GetRandom(TpmFamily.Tpm20, 16);
    private static readonly byte[] s_random12 = RawCommands.GetRandom(TpmFamily.Tpm12, 16);
    private static readonly byte[] s_selfTest = RawCommands.Command(TpmHeader.NoSessions, 0x143, [1]);
    private static readonly byte[] s_continueSelfTest = RawCommands.Smallest(TpmFamily.Tpm12);

    [Theory]
    [InlineData(0x922)]
    [InlineData(0x90A)]
    [InlineData(0x800)]
    [InlineData(0x802)]
    [InlineData(0x000B0922)] // a resource manager's word for it
    public void A_busy_tpm_gets_the_same_bytes_again_after_pauses_that_double(uint busy)
    {
        var tpm = new ScriptedTpm(busy, busy, busy, 0);
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Equal(0u, Transmit(retry, s_random));
        Assert.Equal(4, tpm.Received.Count);
        Assert.All(tpm.Received, command => Assert.Equal(s_random, command));
        Assert.Equal([20, 40, 80], tpm.Clock.Pauses);
        Assert.Equal(3, retry.Resends);
    }

    [Fact]
    public void A_command_that_yielded_is_resent_at_once_and_then_after_pauses()
    {
        var tpm = new ScriptedTpm(0x908, 0x908, 0x908, 0);
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Equal(0u, Transmit(retry, s_random));
        Assert.Equal([20, 40], tpm.Clock.Pauses);
    }

    [Theory]
    [InlineData(0x000)]
    [InlineData(0x101)] // FAILURE
    [InlineData(0x98E)] // AUTH_FAIL
    [InlineData(0x921)] // LOCKOUT: another try would make it worse
    [InlineData(0x920)] // NV_RATE
    [InlineData(0x909)] // CANCELED
    [InlineData(0x803)] // DEFEND_LOCK_RUNNING
    public void Every_other_answer_is_returned_at_once(uint code)
    {
        var tpm = new ScriptedTpm(code);
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Equal(code, Transmit(retry, s_random));
        Assert.Single(tpm.Received);
        Assert.Equal(0, retry.Resends);
    }

    [Fact]
    public void A_self_tests_own_testing_is_its_answer()
    {
        var tpm = new ScriptedTpm(0x90A, 0x802);
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Equal(0x90Au, Transmit(retry, s_selfTest));
        Assert.Equal(0x802u, Transmit(retry, s_continueSelfTest));
        Assert.Equal(2, tpm.Received.Count);
    }

    [Fact]
    public void A_self_test_that_could_not_start_is_resent()
    {
        var tpm = new ScriptedTpm(0x922, 0);
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Equal(0u, Transmit(retry, s_selfTest));
    }

    [Fact]
    public void The_answer_may_change_from_try_to_try()
    {
        var tpm = new ScriptedTpm(0x802, 0x800, 0x01);
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Equal(0x01u, Transmit(retry, s_random12));
        Assert.Equal(3, tpm.Received.Count);
    }

    [Fact]
    public void After_the_time_is_over_the_last_answer_is_returned()
    {
        var tpm = new ScriptedTpm { Always = 0x922 };
        var limits = new RetryLimits { LongestPause = TimeSpan.FromMilliseconds(100), Total = TimeSpan.FromMilliseconds(400) };
        using var retry = new RetryTransport(tpm, limits, tpm.Clock);

        Assert.Equal(0x922u, Transmit(retry, s_random));
        Assert.Equal([20, 40, 80, 100, 100], tpm.Clock.Pauses); // 340 ms; another 100 would be too much
        Assert.Equal(6, tpm.Received.Count);
    }

    [Fact]
    public void The_time_that_the_tpm_takes_to_say_it_is_busy_counts()
    {
        var tpm = new ScriptedTpm { Always = 0x922, TimeToAnswer = TimeSpan.FromMilliseconds(100) };
        using var retry = new RetryTransport(tpm, new RetryLimits { Total = TimeSpan.FromMilliseconds(300) }, tpm.Clock);

        Transmit(retry, s_random);
        Assert.Equal([20, 40], tpm.Clock.Pauses); // 260 ms with two answers; the third pause would end at 340
    }

    [Fact]
    public void After_the_last_resend_the_answer_is_returned()
    {
        var tpm = new ScriptedTpm { Always = 0x90A };
        using var retry = new RetryTransport(tpm, new RetryLimits { Resends = 3 }, tpm.Clock);

        Assert.Equal(0x90Au, Transmit(retry, s_random));
        Assert.Equal(4, tpm.Received.Count);
    }

    [Fact]
    public void Waiting_can_be_cancelled_and_nothing_more_is_sent()
    {
        using var cancel = new CancellationTokenSource();
        var tpm = new ScriptedTpm { Always = 0x922 };
        tpm.Clock.Waiting = cancel.Cancel;
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Throws<OperationCanceledException>(() => Transmit(retry, s_random, cancel.Token));
        Assert.Single(tpm.Received);
    }

    [Fact]
    public void A_failure_of_the_transport_below_is_never_resent()
    {
        var tpm = new ScriptedTpm(0x922) { ThenFail = new TpmTransportException(TpmFault.Timeout, "No answer.") };
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);

        Assert.Throws<TpmTransportException>(() => Transmit(retry, s_random));
        Assert.Equal(2, tpm.Received.Count);
    }

    [Fact]
    public void A_command_that_its_own_response_has_overwritten_is_not_resent()
    {
        var tpm = new ScriptedTpm(0x922, 0);
        using var retry = new RetryTransport(tpm, clock: tpm.Clock);
        byte[] buffer = new byte[tpm.Info.MaxResponseSize];
        s_random.CopyTo(buffer, 0);

        retry.Transmit(buffer.AsSpan(0, s_random.Length), buffer);
        Assert.Equal(0x922u, TpmHeader.Read(buffer).Code);
        Assert.Single(tpm.Received);
    }

    [Fact]
    public void The_transport_below_is_disposed_too()
    {
        var tpm = new ScriptedTpm();
        new RetryTransport(tpm).Dispose();
        Assert.True(tpm.IsDisposed);
    }

    [Fact]
    public void A_real_tpm_that_first_notes_a_use_of_a_guarded_object_is_asked_again()
    {
        // Before the first use of an object that is protected against guessing passwords, libtpms writes to NV that
        // there was one, and asks for the command again.
        byte[] createSealed = RawCommands.Command(TpmHeader.Sessions, 0x131,
        [
            0x40, 0, 0, 1,                                       // TPM_RH_OWNER
            0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0,            // one password session, empty
            0, 7, 0, 2, (byte)'p', (byte)'w', 0, 1, 42,          // inSensitive: password and one byte to keep
            0, 14,                                               // inPublic
            0, 8, 0, 0x0B, 0, 0, 0, 0x52, 0, 0, 0, 0x10, 0, 0,   // KEYEDHASH, SHA-256, fixed and userWithAuth but not noDA
            0, 0, 0, 0, 0, 0,                                    // no outside info, no PCRs
        ]);
        byte[] unseal = RawCommands.Command(TpmHeader.Sessions, 0x15E,
        [
            0x80, 0, 0, 0,
            0, 0, 0, 11, 0x40, 0, 0, 9, 0, 0, 0, 0, 2, (byte)'p', (byte)'w',
        ]);

        var clock = new VirtualClock();
        using var retry = new RetryTransport(TpmHw.Transports.TransportCatalog.Default.Open("libtpms"), clock: clock);
        Transmit(retry, RawCommands.Startup(TpmFamily.Tpm20));
        Assert.Equal(0u, Transmit(retry, createSealed));
        Assert.Equal(0u, Transmit(retry, unseal));
        Assert.Equal(1, retry.Resends);
    }

    private static uint Transmit(RetryTransport transport, byte[] command, CancellationToken cancellationToken = default)
    {
        byte[] response = new byte[transport.Info.MaxResponseSize];
        int length = transport.Transmit(command, response, cancellationToken);
        return TpmHeader.Read(response.AsSpan(0, length)).Code;
    }

    /// <summary>Answers with the codes it is given, one after the other.</summary>
    private sealed class ScriptedTpm(params uint[] codes) : ITpmTransport
    {
        private readonly Queue<uint> _codes = new(codes);

        public uint Always { get; init; }

        public Exception? ThenFail { get; init; }

        public TimeSpan TimeToAnswer { get; init; }

        public VirtualClock Clock { get; } = new();

        public List<byte[]> Received { get; } = [];

        public bool IsDisposed { get; private set; }

        public TpmTransportInfo Info { get; } = new() { Kind = "scripted", Name = "scripted", CrossesWire = false };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            Received.Add(command.ToArray());
            if (_codes.Count == 0 && ThenFail is not null)
            {
                throw ThenFail;
            }

            Clock.Advance(TimeToAnswer);
            byte[] answer = RawCommands.Response(_codes.TryDequeue(out uint code) ? code : Always);
            answer.CopyTo(response);
            return answer.Length;
        }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class VirtualClock : TpmClock
    {
        private TimeSpan _now;

        public Action? Waiting { get; set; }

        public List<double> Pauses { get; } = [];

        public override TimeSpan Now => _now;

        public void Advance(TimeSpan time) => _now += time;

        public override void Wait(TimeSpan time, CancellationToken cancellationToken = default)
        {
            Waiting?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            Pauses.Add(time.TotalMilliseconds);
            _now += time;
        }
    }
}

/// <summary>The contract of every transport, with a real TPM below.</summary>
public sealed class RetryTransportConformance : TransportConformance
{
    protected override ITpmTransport Open()
    {
        ITpmTransport tpm = TpmHw.Transports.TransportCatalog.Default.Open("libtpms");
        tpm.Transmit(RawCommands.Startup(Family), new byte[tpm.Info.MaxResponseSize]);
        return new RetryTransport(tpm);
    }
}

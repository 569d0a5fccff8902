using TpmHw.Spec;
using TpmHw.Testing.Hostile;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>What a program leaves behind in the TPM: nothing, whenever it ends.</summary>
public sealed class DisposalTests : IDisposable
{
    private readonly HostileTpm _real = new();

    [Theory]
    [InlineData(TpmCc.GetRandom, false)]
    [InlineData(TpmCc.CreatePrimary, false)]
    [InlineData(TpmCc.StartAuthSession, false)]
    [InlineData(TpmCc.GetRandom, true)]
    [InlineData(TpmCc.CreatePrimary, true)]
    [InlineData(TpmCc.StartAuthSession, true)]
    public void Dispose_during_a_command_leaves_nothing_in_the_TPM(TpmCc slow, bool executes)
    {
        using var wire = new SlowWire(_real.Transport) { Executes = executes };
        var tpm = new Tpm2(wire);
        tpm.GetRandom(1);
        wire.Slow = slow;
        Task command = slow switch
        {
            TpmCc.GetRandom => tpm.Commands.GetRandomAsync(8),
            TpmCc.CreatePrimary => Task.Run(() => tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(default, HostileTpm.Sealed))),
            _ => Task.Run(() => tpm.StartSession(TpmSe.Policy)),
        };
        Assert.True(wire.Began.Wait(TimeSpan.FromSeconds(10)));
        tpm.Dispose();
        Exception? error = Record.Exception(() => command.Wait(TimeSpan.FromSeconds(10)));
        Assert.True(error is null or AggregateException { InnerException: TpmException or OperationCanceledException or ObjectDisposedException }, $"{error}");
        Assert.True(command.IsCompleted);
        Assert.Equal([], _real.Loaded);
    }

    [Fact]
    public void Dispose_with_everything_open_leaves_nothing_in_the_TPM()
    {
        var tpm = new Tpm2(new HostileWire(_real.Transport));
        TpmObject made = tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(default, HostileTpm.Sealed));
        TpmSession session = tpm.StartSession(TpmSe.Policy);
        tpm.Dispose();
        session.Dispose();
        made.Dispose();
        Assert.Equal([], _real.Loaded);
    }

    /// <summary>A chip has room for three: the fourth program must find it.</summary>
    [Fact]
    public void Four_programs_that_end_during_a_command_leave_room_for_a_fifth()
    {
        for (int i = 0; i < 4; i++)
        {
            using var wire = new SlowWire(_real.Transport);
            var tpm = new Tpm2(wire);
            tpm.GetRandom(1);
            wire.Slow = TpmCc.GetRandom;
            Task command = tpm.Commands.GetRandomAsync(8);
            Assert.True(wire.Began.Wait(TimeSpan.FromSeconds(10)));
            tpm.Dispose();
            Record.Exception(() => command.Wait(TimeSpan.FromSeconds(10)));
        }

        using var last = new Tpm2(new HostileWire(_real.Transport));
        Assert.Equal(8, last.GetRandom(8).Length);
    }

    public void Dispose() => _real.Dispose();

    /// <summary>A way on which one command lasts until somebody asks the TPM to stop.</summary>
    private sealed class SlowWire(ITpmTransport inner) : ITpmTransport
    {
        private readonly CancellationTokenSource _disposed = new();

        public TpmCc? Slow { get; set; }

        /// <summary>Whether the command has finished when it is asked to stop, so that its answer is returned (the fourth rule of transports).</summary>
        public bool Executes { get; init; }

        public ManualResetEventSlim Began { get; } = new(false);

        public TpmTransportInfo Info => inner.Info with { CrossesWire = true };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            if (Slow is { } slow && TpmHeader.Read(command).Code == (uint)slow)
            {
                Slow = null;
                int length = Executes ? inner.Transmit(command, response, CancellationToken.None) : 0;
                Began.Set();
                WaitHandle.WaitAny([cancellationToken.WaitHandle, _disposed.Token.WaitHandle], TimeSpan.FromSeconds(10));
                if (Executes)
                {
                    return length;
                }

                cancellationToken.ThrowIfCancellationRequested();
            }

            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            return inner.Transmit(command, response, cancellationToken);
        }

        public void Dispose() => _disposed.Cancel();
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Many threads, and the asynchronous methods.</summary>
public sealed class TurnsTests
{
    private static readonly byte[] s_twoBytes = Messages.Message(TpmHeader.NoSessions, 0, "0002 CAFE");

    [Fact]
    public async Task Each_of_many_callers_gets_its_own_answer()
    {
        using var tpm = new Tpm2(TransportCatalog.Default.Open("libtpms"));
        var wrong = new ConcurrentBag<int>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(caller => new Thread(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                byte[] data = [(byte)caller, (byte)i];
                if (!tpm.Commands.Hash(data, TpmAlgId.Sha256, TpmRh.Null).OutHash.Span.SequenceEqual(SHA256.HashData(data)))
                {
                    wrong.Add(caller);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        await Task.WhenAll(Enumerable.Range(100, 20).Select(async caller =>
        {
            byte[] data = [(byte)caller];
            var response = await tpm.Commands.HashAsync(data, TpmAlgId.Sha256, TpmRh.Null);
            Assert.Equal(SHA256.HashData(data), response.OutHash.Span);
        }));
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_synchronous_methods_run_here_and_the_asynchronous_ones_on_one_thread_of_their_own()
    {
        var threads = new List<Thread>();
        using var tpm = new Tpm2(new CannedTransport(_ =>
        {
            threads.Add(Thread.CurrentThread);
            return s_twoBytes;
        }));
        Thread here = Thread.CurrentThread;
        tpm.GetRandom(2);
        byte[] random = new byte[4];
        await tpm.GetRandomAsync(random);
        await tpm.Commands.GetRandomAsync(2);

        Assert.Equal("CAFECAFE", Convert.ToHexString(random));
        Assert.Equal(here, threads[0]);
        Thread device = Assert.Single(threads.Skip(1).Distinct());
        Assert.NotEqual(here, device);
        Assert.False(device.IsThreadPoolThread);
        Assert.NotEqual(device, Thread.CurrentThread);
    }

    [Fact]
    public async Task Cancelled_work_that_has_not_begun_is_never_sent()
    {
        using var gate = new Gate();
        using var tpm = new Tpm2(gate.Transport);
        using var cancel = new CancellationTokenSource();
        Task first = tpm.Commands.GetRandomAsync(2);
        gate.Reached();
        Task second = tpm.Commands.GetRandomAsync(2, cancellationToken: cancel.Token);
        Task third = tpm.Commands.GetRandomAsync(2);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        gate.Open();
        await first;
        await third;
        Assert.Equal(2, gate.Transport.Commands.Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tpm.Commands.GetRandomAsync(2, cancellationToken: cancel.Token));
        Assert.Equal(2, gate.Transport.Commands.Count);
    }

    [Fact]
    public async Task Waiting_for_a_turn_can_be_cancelled()
    {
        using var gate = new Gate();
        using var tpm = new Tpm2(gate.Transport);
        Task first = tpm.Commands.GetRandomAsync(2);
        gate.Reached();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(5));
        Assert.ThrowsAny<OperationCanceledException>(() => tpm.GetRandom(2, cancel.Token));
        gate.Open();
        await first;
    }

    [Fact]
    public async Task Disposing_fails_what_waits_and_everything_after()
    {
        using var gate = new Gate();
        var tpm = new Tpm2(gate.Transport);
        Task running = tpm.Commands.GetRandomAsync(2);
        gate.Reached();
        Task waiting = tpm.Commands.GetRandomAsync(2);
        Task dispose = Task.Run(tpm.Dispose);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        gate.Open();
        await dispose;
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(gate.Transport.WasReleased);
        Assert.Single(gate.Transport.Commands);
        Assert.Throws<ObjectDisposedException>(() => tpm.GetRandom(2));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => tpm.Commands.GetRandomAsync(2));
        tpm.Dispose();
    }

    [Fact]
    public async Task An_asynchronous_error_is_the_same_as_a_synchronous_one()
    {
        using var tpm = new Tpm2(new CannedTransport(Messages.Message(TpmHeader.NoSessions, 0x101)));
        var error = await Assert.ThrowsAsync<TpmCommandException>(() => tpm.Commands.GetRandomAsync(2));
        Assert.Equal(Assert.Throws<TpmCommandException>(() => tpm.Commands.GetRandom(2)).Message, error.Message);
    }

    /// <summary>A transport that waits in its first command until it is let through.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim _reached = new();
        private readonly ManualResetEventSlim _open = new();

        public Gate() => Transport = new CannedTransport(_ =>
        {
            _reached.Set();
            _open.Wait(TimeSpan.FromSeconds(30));
            return s_twoBytes;
        });

        public CannedTransport Transport { get; }

        public void Reached() => Assert.True(_reached.Wait(TimeSpan.FromSeconds(30)));

        public void Open() => _open.Set();

        public void Dispose()
        {
            _reached.Dispose();
            _open.Dispose();
        }
    }
}

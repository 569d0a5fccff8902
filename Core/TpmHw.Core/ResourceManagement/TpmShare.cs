using System.Diagnostics;
using TpmHw.Transport;

namespace TpmHw.ResourceManagement;

/// <summary>A transport that clients share; a <see cref="CommandScheduler"/> orders their commands. Derived classes decide how a command is executed.</summary>
public abstract class TpmShare : ITpmShare
{
    private readonly CommandScheduler _scheduler = new();
    private readonly ITpmLocality? _localities;

    private protected TpmShare(ITpmTransport inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        _localities = inner.FindAbility<ITpmLocality>();
    }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    internal ITpmTransport Inner { get; }

    internal bool HasLocalities => _localities is not null;

    /// <inheritdoc/>
    public ITpmTransport Connect(string name, TpmClientOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        TpmHwTelemetry.ShareClients.Add(1);
        return NewClient(name, options ?? new());
    }

    /// <inheritdoc/>
    public bool TryReset()
    {
        if (Inner.FindAbility<ITpmReset>() is not { } reset)
        {
            return false;
        }

        using var ticket = new SchedulerTicket(TpmPriority.High);
        RunExclusively(ticket, () =>
        {
            try
            {
                reset.Reset();
            }
            finally
            {
                WasReset();
            }
        });
        return true;
    }

    /// <summary>Disposes the transport below. Clients that are still there get <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        Inner.Dispose();
        _scheduler.Close();
        GC.SuppressFinalize(this);
    }

    internal int Transmit(TpmShareClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        client.Expect(command);
        long came = TpmHwTelemetry.ShareQueue.Enabled ? Stopwatch.GetTimestamp() : 0;
        _scheduler.Acquire(client.Ticket, cancellationToken);
        if (came != 0)
        {
            TpmHwTelemetry.ShareQueue.Record(Stopwatch.GetElapsedTime(came).TotalSeconds);
        }

        try
        {
            if (_localities is not null && _localities.Locality != client.Locality)
            {
                _localities.Locality = client.Locality;
            }

            return Execute(client, command, response, cancellationToken);
        }
        finally
        {
            _scheduler.Release(client.Ticket);
        }
    }

    internal void Leave(TpmShareClient client)
    {
        TpmHwTelemetry.ShareClients.Add(-1);
        RunExclusively(client.Ticket, () =>
        {
            CleanUp(client);
            client.Ticket.Pause = TimeSpan.MaxValue; // it does not come back
        });
    }

    private protected virtual TpmShareClient NewClient(string name, TpmClientOptions options) => new(this, name, options);

    /// <summary>Executes a client's command while its ticket is granted.</summary>
    private protected abstract int Execute(TpmShareClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken);

    /// <summary>Removes from the TPM what a client has left there.</summary>
    private protected virtual void CleanUp(TpmShareClient client)
    {
    }

    /// <summary>Called when the TPM has lost everything that was loaded.</summary>
    private protected virtual void WasReset()
    {
    }

    private void RunExclusively(SchedulerTicket ticket, Action action)
    {
        _scheduler.Acquire(ticket, CancellationToken.None);
        try
        {
            action();
        }
        finally
        {
            _scheduler.Release(ticket);
        }
    }
}

/// <summary>Shares a TPM without looking at the commands: clients see one another's objects.</summary>
/// <param name="inner">The TPM. It is disposed with this object.</param>
public sealed class TpmQueue(ITpmTransport inner) : TpmShare(inner)
{
    private protected override int Execute(TpmShareClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken) =>
        Inner.Transmit(command, response, cancellationToken);
}

/// <summary>One client of a shared TPM.</summary>
internal class TpmShareClient : TpmTransport, ITpmLocality
{
    private readonly TpmShare _share;
    private readonly CancellationTokenSource _ended = new();
    private int _locality;

    public TpmShareClient(TpmShare share, string name, TpmClientOptions options)
    {
        _share = share;
        Info = share.Info with { Name = name };
        Options = options;
        Ticket = new SchedulerTicket(options.Priority, IsLoaded);
    }

    public override TpmTransportInfo Info { get; }

    public TpmClientOptions Options { get; }

    public SchedulerTicket Ticket { get; }

    public int Locality
    {
        get => _locality;
        set
        {
            CheckLocality(value);
            _locality = value == 0 || _share.HasLocalities ? value : throw new TpmTransportException(
                TpmFault.NotSupported, $"{_share.Info.Name} can't choose a locality.", advice: "Locality 0 works everywhere.");
        }
    }

    /// <summary>Remembers what a command uses, before it waits for the TPM.</summary>
    public virtual void Expect(ReadOnlySpan<byte> command)
    {
    }

    /// <summary>Whether all of that is loaded in the TPM.</summary>
    protected virtual bool IsLoaded() => true;

    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return _share.Transmit(this, command, response, _ended.Token);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        return _share.Transmit(this, command, response, either.Token);
    }

    protected override void Recover(CancellationToken cancellationToken)
    {
        // The transport below gets back into step by itself.
    }

    protected override void Interrupt() => _ended.Cancel();

    protected override void Release()
    {
        _share.Leave(this);
        Ticket.Dispose();
        _ended.Dispose();
    }
}

namespace TpmHw;

/// <summary>One thread that runs work in the order in which it came. It starts with the first piece.</summary>
internal sealed class CommandWorker(string name)
{
    private static readonly TimeSpan s_endGrace = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Queue<Work> _waiting = new();
    private Thread? _thread;
    private bool _ended;

    /// <summary>Queues a piece of work. Cancelled before it has begun, it never runs.</summary>
    public Task<T> Run<T>(Func<T> body, CancellationToken cancellationToken)
    {
        var work = new Work<T>(body, cancellationToken);
        lock (_gate)
        {
            if (_ended)
            {
                work.Drop();
                return work.Task;
            }

            _waiting.Enqueue(work);
            if (_thread is null)
            {
                _thread = new Thread(Loop) { IsBackground = true, Name = name };
                _thread.Start();
            }

            Monitor.Pulse(_gate);
        }

        return work.Task;
    }

    /// <summary>Fails what has not begun, and takes no more.</summary>
    public void DropWaiting()
    {
        lock (_gate)
        {
            _ended = true;
            while (_waiting.TryDequeue(out Work? work))
            {
                work.Drop();
            }

            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until the thread has ended, for a limited time, unless it is the thread itself that asks.</summary>
    public void Join()
    {
        if (_thread is { } thread && thread != Thread.CurrentThread)
        {
            thread.Join(s_endGrace);
        }
    }

    private void Loop()
    {
        while (Next() is { } work)
        {
            work.Run();
        }
    }

    private Work? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_ended)
            {
                Monitor.Wait(_gate);
            }

            return _waiting.TryDequeue(out Work? work) ? work : null;
        }
    }

    private abstract class Work
    {
        public abstract void Run();

        public abstract void Drop();
    }

    private sealed class Work<T> : Work
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<T> _body;
        private readonly CancellationToken _cancellation;
        private readonly CancellationTokenRegistration _cancelWaiting;
        private int _begun;

        public Work(Func<T> body, CancellationToken cancellationToken)
        {
            _body = body;
            _cancellation = cancellationToken;
            _cancelWaiting = cancellationToken.UnsafeRegister(static work => ((Work<T>)work!).Cancel(), this);
        }

        public Task<T> Task => _result.Task;

        public override void Run()
        {
            if (!TryBegin())
            {
                return;
            }

            _cancelWaiting.Dispose();
            try
            {
                _result.SetResult(_body());
            }
            catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
            {
                _result.SetCanceled(_cancellation);
            }
            catch (Exception e)
            {
                _result.SetException(e);
            }
        }

        public override void Drop()
        {
            if (TryBegin())
            {
                _cancelWaiting.Dispose();
                _result.SetException(new ObjectDisposedException(nameof(Tpm2)));
            }
        }

        private void Cancel()
        {
            if (TryBegin())
            {
                _result.SetCanceled(_cancellation);
            }
        }

        private bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;
    }
}

using System.ComponentModel;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Processes;

/// <summary>
/// A program whose standard input takes TPM commands and whose standard output gives the responses, such as
/// <c>ssh board tpmhw pipe</c>. The shell runs it (/bin/sh, cmd.exe); it is started again after it has ended.
/// </summary>
/// <remarks>
/// Nothing in this plain stream of commands can stop a running one: a cancelled or late command goes on, and its
/// response is thrown away before the next command is sent.
/// </remarks>
public sealed class CommandTransport : TpmTransport
{
    // What a slow link and a busy far side take on top of the command; and what connecting and logging in take.
    private static readonly TimeSpan s_onTheWay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_starting = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly string _commandLine;
    private readonly TimeSpan? _timeout;
    private readonly TimeSpan _starting;
    private ChildProcess? _child;
    private bool _hasAnswered;
    private bool _responseOwed;

    internal CommandTransport(string connectionString, string commandLine, TimeSpan? timeout = null, TimeSpan? starting = null)
    {
        _commandLine = commandLine;
        _timeout = timeout;
        _starting = starting ?? s_starting;
        Info = new TpmTransportInfo { Kind = "cmd", Name = connectionString };
        _child = Start();
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "cmd",
        Summary = "a program that takes commands on its standard input, such as tpmhw pipe on another machine",
        Example = "cmd:ssh board tpmhw pipe",
        Options = [new("command", "the command line, as the shell takes it") { IsPositional = true }],
        TakesWholeText = true,
        Open = static settings => new CommandTransport(
            settings.ConnectionString,
            settings.Text("command") ?? throw TransportSettings.Bad(Descriptor!, settings.ConnectionString, "the command line is missing.")),
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static transport => ((CommandTransport)transport!).Interrupt(), this)
            : default;
        if (_responseOwed)
        {
            DiscardOwed(Patience(command), cancellationToken);
        }

        ChildProcess child = Running();
        Deadline deadline = Patience(command);
        _responseOwed = true;
        try
        {
            child.Send(command);
        }
        catch (IOException)
        {
            _responseOwed = false;
            throw Ended(child);
        }

        return Receive(child, response, deadline, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken)
    {
        // A response that is owed is waited for when the next command's deadline is known. After anything else the
        // stream can't be trusted.
        if (!_responseOwed)
        {
            Stop();
        }
    }

    /// <inheritdoc/>
    protected override void Interrupt()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        if (_child is { } child && !_responseOwed && IsQuiet(child))
        {
            child.EndGently();
        }
        else
        {
            Stop();
        }
    }

    private Deadline Patience(ReadOnlySpan<byte> command) =>
        Deadline.After((_timeout ?? CommandDurations.Of(command) + s_onTheWay) + (_hasAnswered ? TimeSpan.Zero : _starting));

    private ChildProcess Start()
    {
        _hasAnswered = false;
        try
        {
            return new ChildProcess(_commandLine, 2 * Info.MaxResponseSize, _gate);
        }
        catch (Win32Exception e)
        {
            throw new TpmTransportException(TpmFault.NotFound, "The shell that was to run the command can't be started.", e.Message, "It is /bin/sh, or cmd.exe on Windows.", e);
        }
    }

    private void Stop()
    {
        _child?.Dispose();
        _child = null;
        _responseOwed = false;
    }

    /// <summary>The program, in step: started again where it has ended or has written what nobody asked for.</summary>
    private ChildProcess Running()
    {
        if (_child is { } child && IsQuiet(child))
        {
            return child;
        }

        if (_child is { } unusable && !_hasAnswered)
        {
            throw Ended(unusable); // starting it again would end in the same way
        }

        Stop();
        return _child = Start();
    }

    private bool IsQuiet(ChildProcess child)
    {
        lock (_gate)
        {
            return !child.HasEnded && child.Received.IsEmpty;
        }
    }

    private int Receive(ChildProcess child, Span<byte> response, Deadline deadline, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            while (!child.HasEnded && !CanBeJudged(child.Received))
            {
                Wait(child, sent: true, deadline, cancellationToken);
            }

            _responseOwed = false;
            ReadOnlySpan<byte> received = child.Received;
            if (IsWhole(received))
            {
                _hasAnswered = true;
                received.CopyTo(response);
                child.Clear();
                return received.Length;
            }
        }

        throw Ended(child);
    }

    /// <summary>Waits for the response to a command that was given up, and throws it away.</summary>
    private void DiscardOwed(Deadline deadline, CancellationToken cancellationToken)
    {
        ChildProcess child = _child!;
        bool whole;
        lock (_gate)
        {
            while (!child.HasEnded && !CanBeJudged(child.Received))
            {
                Wait(child, sent: false, deadline, cancellationToken);
            }

            whole = IsWhole(child.Received);
            child.Clear();
        }

        _responseOwed = false;
        _hasAnswered = true;
        if (!whole)
        {
            Stop();
        }
    }

    /// <summary>Whether enough was received: a whole response, or what can't become one.</summary>
    private bool CanBeJudged(ReadOnlySpan<byte> received) => received.Length >= TpmHeader.Size
        && (TpmHeader.Read(received).TotalSize is var size && (size <= received.Length || size > Info.MaxResponseSize));

    private bool IsWhole(ReadOnlySpan<byte> received) => received.Length >= TpmHeader.Size
        && received.Length <= Info.MaxResponseSize
        && TpmHeader.Read(received).TotalSize == received.Length;

    /// <summary>Waits for a change with the gate held. Called in a loop.</summary>
    private void Wait(ChildProcess child, bool sent, Deadline deadline, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (deadline.HasPassed)
        {
            // A response of which nothing has come may still be collected; one that stopped half-way, or that the next
            // command waited for in vain, may not.
            _responseOwed = sent && child.Received.IsEmpty;
            throw CommandError.TimedOut(_commandLine, sent, child.Received.Length, deadline);
        }

        Monitor.Wait(_gate, deadline.RemainingMilliseconds);
    }

    private TpmTransportException Ended(ChildProcess child)
    {
        byte[] received;
        bool hasEnded;
        lock (_gate)
        {
            received = child.Received.ToArray();
            hasEnded = child.HasEnded;
        }

        (int? exitCode, string errors) = received.Length == 0 || hasEnded ? child.LastWords() : (null, "");
        return CommandError.Explain(_commandLine, received, !_hasAnswered, hasEnded, exitCode, errors);
    }
}

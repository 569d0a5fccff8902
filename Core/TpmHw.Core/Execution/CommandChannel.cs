using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Execution;

/// <summary>
/// The one way of commands to the TPM: one at a time, through two buffers that are made once and cleared after each
/// command. It follows a plan; what a command must have, those above decide.
/// </summary>
internal sealed class CommandChannel : IHandleOwner, IDisposable
{
    private static readonly TimeSpan s_endGrace = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopFlushes = new();
    private readonly ITpmTransport _transport;
    private readonly ITpmTransport _resending;
    private readonly IReadOnlyList<TpmCc> _reserved;
    private readonly bool _believesResets;
    private readonly Action<TpmLeak>? _onLeak;
    private readonly AuthorizationArea _area;
    private readonly HashSet<uint> _handles = [];

    // Pinned, so that no copy of a secret stays behind when the collector moves things.
    private readonly byte[] _command;
    private readonly byte[] _response;
    private int _commandUsed;
    private int _responseUsed;
    private int _epoch;
    private bool _disposed;

    /// <summary>Sends through a transport, which is disposed with the channel.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="startsUp">Whether a TPM that was not started is started.</param>
    /// <param name="resends">Whether commands that the TPM puts off are sent again.</param>
    /// <param name="believesResets">Whether a TPM that says it was not started is believed to have been reset; on a protected bus its clock is asked.</param>
    /// <param name="onLeak">Hears of handles that were not given back; null if no one does.</param>
    public CommandChannel(ITpmTransport transport, bool startsUp, bool resends, bool believesResets, Action<TpmLeak>? onLeak)
    {
        (_transport, _believesResets, _onLeak) = (transport, believesResets, onLeak);
        _resending = resends ? new RetryTransport(transport) : transport;
        _reserved = transport.Info.ReservedCommands;
        StartsUp = startsUp && !transport.Info.HasResourceManager && !_reserved.Contains(TpmCc.Startup);
        _command = GC.AllocateArray<byte>(transport.Info.MaxCommandSize, pinned: true);
        _response = GC.AllocateArray<byte>(transport.Info.MaxResponseSize, pinned: true);
        _area = new(Math.Max(_command.Length, _response.Length));
        Unprotected = new UnprotectedSender(this);
    }

    /// <summary>
    /// Sends with empty passwords and no session. What is secret must not go this way, and what comes back is a hint: it is
    /// for what can't have sessions, and for what a session is made from.
    /// </summary>
    public ICommandSender Unprotected { get; }

    /// <summary>Whether a TPM that was not started is started here.</summary>
    public bool StartsUp { get; }

    /// <inheritdoc/>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Waits until no other thread uses the TPM. Disposing the turn gives it back and clears the buffers.</summary>
    public CommandTurn TakeTurn(CancellationToken cancellationToken)
    {
        _turn.Wait(cancellationToken);
        if (Volatile.Read(ref _disposed))
        {
            _turn.Release();
            throw new ObjectDisposedException(nameof(Tpm2));
        }

        return new(this);
    }

    /// <summary>Refuses a command that the layer below keeps to itself.</summary>
    /// <exception cref="TpmCommandBlockedException">It is such a command.</exception>
    public void ThrowIfReserved(TpmCc command)
    {
        if (_reserved.Count > 0 && _reserved.Contains(command))
        {
            throw new TpmCommandBlockedException(command);
        }
    }

    /// <summary>Sends a command as planned, once, and opens the response. What it gives can be read until the next exchange.</summary>
    /// <param name="command">The command.</param>
    /// <param name="entities">What its handles stand for.</param>
    /// <param name="plan">Who authorizes, decrypts, encrypts and audits.</param>
    /// <param name="guards">The sessions that the plan's guards are.</param>
    /// <param name="resends">Whether the same bytes are sent again as long as the TPM puts them off.</param>
    /// <param name="handles">The response's handles, if it succeeded.</param>
    /// <param name="parameters">The response's parameters, decrypted, if it succeeded.</param>
    /// <param name="cancellationToken">Asks the TPM to stop.</param>
    /// <returns>The response code. Unless it is success, nobody vouches for it.</returns>
    public TpmResponseCode Exchange<TCommand>(
        in TCommand command,
        in TpmEntities entities,
        scoped in SessionPlan plan,
        scoped ReadOnlySpan<TpmSession?> guards,
        bool resends,
        out TpmReader handles,
        out TpmReader parameters,
        CancellationToken cancellationToken)
        where TCommand : ITpmMessage<TCommand>
    {
        TpmCommandInfo info = TCommand.Info;
        ThrowIfReserved(info.Code);
        handles = parameters = default;
        ClearBuffers();
        bool isVerified = false;
        try
        {
            _area.Set(info, entities, plan, guards);
            _commandUsed = _command.Length;
            _commandUsed = _area.Write(command, _command);
            TpmResponseCode code = Transmit(resends, cancellationToken);
            if (code.Value == TpmRc.Initialize && StartsUp && info.Code != TpmCc.Startup)
            {
                SendStartup(cancellationToken);
                if (_believesResets)
                {
                    BeginEpoch();
                }

                if (!plan.HasSessions)
                {
                    entities.ThrowIfGone();
                    code = Transmit(resends, cancellationToken);
                }
            }

            if (code.IsSuccess)
            {
                _area.Open(_response.AsSpan(0, _responseUsed), out handles, out parameters);
                isVerified = true;
            }

            return code;
        }
        finally
        {
            if (!isVerified)
            {
                _area.LoseStep();
            }

            _area.Clear();
        }
    }

    /// <summary>The TPM is known to have been reset: sessions and transient objects are gone.</summary>
    /// <returns>Whether there were any.</returns>
    public bool BeginEpoch()
    {
        Interlocked.Increment(ref _epoch);
        lock (_handles)
        {
            bool hadAny = _handles.Count > 0;
            _handles.Clear();
            return hadAny;
        }
    }

    /// <inheritdoc/>
    public LeakWatch Register(TpmHandle handle)
    {
        lock (_handles)
        {
            _handles.Add(handle.Value);
        }

        return _onLeak is { } report ? new(handle, report) : LeakWatch.None;
    }

    /// <inheritdoc/>
    public void Release(TpmHandle handle)
    {
        lock (_handles)
        {
            _handles.Remove(handle.Value);
        }
    }

    /// <inheritdoc/>
    public void Flush(TpmHandle handle, int epoch)
    {
        try
        {
            using CommandTurn turn = TakeTurn(CancellationToken.None);
            if (epoch == Epoch)
            {
                Unprotected.TryFlush(handle);
            }
        }
        catch (Exception e) when (e is TpmException or ObjectDisposedException)
        {
            // The TPM, or the way to it, is gone, and the handle with it.
        }
    }

    /// <summary>
    /// Asks a running command to stop, removes from the TPM what was made through this channel and is still there, and disposes
    /// the transport. A command that does not stop within five seconds loses its transport all the same, and what the TPM has not
    /// removed within five more stays there.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _stop.Cancel();
        if (_turn.Wait(s_endGrace))
        {
            _stopFlushes.CancelAfter(s_endGrace);
            try
            {
                FlushAll();
            }
            finally
            {
                ClearBuffers();
                _turn.Release();
                _area.Dispose();
            }
        }

        _transport.Dispose();
    }

    internal void EndTurn()
    {
        ClearBuffers();
        _turn.Release();
    }

    private void FlushAll()
    {
        uint[] left;
        lock (_handles)
        {
            left = [.. _handles];
            _handles.Clear();
        }

        try
        {
            foreach (uint handle in left)
            {
                Unprotected.TryFlush(new(handle));
            }
        }
        catch (Exception e) when (e is TpmException or ObjectDisposedException or OperationCanceledException)
        {
            // The TPM is gone, and what was in it, or it does not answer.
        }
    }

    private TpmResponseCode Transmit(bool resends, CancellationToken cancellationToken)
    {
        _responseUsed = _response.Length;
        _responseUsed = Transmit(resends ? _resending : _transport, _command.AsSpan(0, _commandUsed), cancellationToken);
        return new(TpmHeader.Read(_response.AsSpan(0, _responseUsed)).Code);
    }

    /// <summary>Lets both the caller and <see cref="Dispose"/> stop a command.</summary>
    private int Transmit(ITpmTransport transport, ReadOnlySpan<byte> command, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _disposed))
        {
            return transport.Transmit(command, _response, _stopFlushes.Token); // a flush at the end
        }

        using CancellationTokenSource? either = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token) : null;
        try
        {
            return transport.Transmit(command, _response, either?.Token ?? _stop.Token);
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ObjectDisposedException("The TPM was disposed while it executed a command.", e);
        }
    }

    private void SendStartup(CancellationToken cancellationToken)
    {
        int length = Transmit(_resending, PowerUp.StartupCommand(TpmFamily.Tpm20), cancellationToken);
        var code = new TpmResponseCode(TpmHeader.Read(_response.AsSpan(0, length)).Code);

        // TPM_RC_INITIALIZE as the answer to Startup: somebody else was quicker.
        if (!code.IsSuccess && code.Value != TpmRc.Initialize)
        {
            throw new TpmCommandException(code, TpmCc.Startup);
        }
    }

    private void ClearBuffers()
    {
        _command.AsSpan(0, _commandUsed).Clear();
        _response.AsSpan(0, _responseUsed).Clear();
        (_commandUsed, _responseUsed) = (0, 0);
    }

    private sealed class UnprotectedSender(CommandChannel channel) : ICommandSender
    {
        public TResponse Run<TCommand, TResponse>(in TCommand command, CancellationToken cancellationToken)
            where TCommand : ITpmCommand<TCommand, TResponse>
            where TResponse : ITpmMessage<TResponse>
        {
            TpmCommandInfo info = TCommand.Info;
            TpmResponseCode code = channel.Exchange(
                command, default, SessionPlan.For(info, default, default, isProtected: false), [], resends: true, out TpmReader handles, out TpmReader parameters, cancellationToken);
            if (!code.IsSuccess)
            {
                throw TpmCommandException.Of(code, info.Code);
            }

            TResponse response = TResponse.Read(ref handles, ref parameters);
            parameters.ReadEnd();
            return response;
        }
    }
}

/// <summary>The right to use the TPM and the channel's buffers.</summary>
internal readonly ref struct CommandTurn(CommandChannel channel)
{
    public void Dispose() => channel.EndTurn();
}

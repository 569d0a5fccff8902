using TpmHw.Capabilities;
using TpmHw.Execution;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>Sends commands, one at a time, through buffers that are made once and cleared after each.</summary>
internal sealed partial class CommandEngine : ICommandSender, IDisposable
{
    private static readonly TpmResponseCode s_notStarted = new(TpmRc.Initialize);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ITpmTransport _transport;
    private readonly IReadOnlyList<TpmCc> _reserved;
    private readonly Tpm2Options _options;
    private readonly bool _startsUp;
    private readonly CommandWorker _worker;

    // Pinned, so that no copy of a secret stays behind when the collector moves things.
    private readonly byte[] _command;
    private readonly byte[] _response;
    private int _commandUsed;
    private int _responseUsed;
    private bool _startingUp;
    private bool _disposed;

    public CommandEngine(ITpmTransport transport, Tpm2Options options)
    {
        if (options is { ProtectBus: false, AsksForIdentity: true })
        {
            throw new ArgumentException("A pinned or trusted TPM is known by the protection of the bus: ProtectBus can't be false together with SaltKeyName, PinStore or EndorsementTrust.", nameof(options));
        }

        (_transport, _options) = (transport, options);
        _reserved = transport.Info.ReservedCommands;
        _startsUp = options.StartUpWhenNeeded && !transport.Info.HasResourceManager && !_reserved.Contains(TpmCc.Startup);
        _command = GC.AllocateArray<byte>(transport.Info.MaxCommandSize, pinned: true);
        _response = GC.AllocateArray<byte>(transport.Info.MaxResponseSize, pinned: true);
        _worker = new($"TPM {transport.Info.Name}");
        Capabilities = new(this);
        Guard = options.ProtectBus ?? (options.AsksForIdentity || transport.Info.CrossesWire) ? new(options.SaltKeyName ?? options.PinStore?.Find(), options.EndorsementTrust, options.SaltKeyName is null ? options.PinStore?.Place : null) : null;
    }

    public TpmCapabilities Capabilities { get; }

    public TResponse Execute<TCommand, TResponse>(in TCommand command, TpmEntities entities, TpmSessions sessions, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        using Turn turn = TakeTurn(cancellationToken);
        turn.Exchange(command, entities, sessions, out TpmReader handles, out TpmReader parameters, cancellationToken);
        TResponse response = TResponse.Read(ref handles, ref parameters);
        parameters.ReadEnd();
        return response;
    }

    public Task<TResponse> ExecuteAsync<TCommand, TResponse>(TCommand command, TpmEntities entities, TpmSessions sessions, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse> =>
        RunAsync(() => Execute<TCommand, TResponse>(command, entities, sessions, cancellationToken), cancellationToken);

    /// <summary>Runs something on this TPM's own thread.</summary>
    public Task<T> RunAsync<T>(Func<T> body, CancellationToken cancellationToken) => _worker.Run(body, cancellationToken);

    /// <summary>Waits until no other thread uses the TPM. Disposing the turn gives it back and clears the buffers.</summary>
    public Turn TakeTurn(CancellationToken cancellationToken)
    {
        _turn.Wait(cancellationToken);
        if (Volatile.Read(ref _disposed))
        {
            _turn.Release();
            throw new ObjectDisposedException(nameof(Tpm2));
        }

        return new(this);
    }

    public void Dispose()
    {
        bool first = !Interlocked.Exchange(ref _disposed, true);
        _worker.DropWaiting();
        if (first)
        {
            EndSessions();
        }

        _transport.Dispose();
        _worker.Join();
    }

    private void Send<TCommand>(in TCommand command, CancellationToken cancellationToken)
        where TCommand : ITpmMessage<TCommand>
    {
        ClearBuffers();
        _commandUsed = _command.Length;
        _commandUsed = Tpm2Message.WriteCommand(command, _command);
        Transmit(cancellationToken);
    }

    private void Transmit(CancellationToken cancellationToken)
    {
        _responseUsed = _response.Length;
        _responseUsed = _transport.Transmit(_command.AsSpan(0, _commandUsed), _response, cancellationToken);
    }

    /// <summary>Starts a TPM that says it was not started, and finds out what that means for the sessions. Uses the buffers.</summary>
    private void StartUp(Turn turn, CancellationToken cancellationToken)
    {
        if (SendStartup(cancellationToken) || IsReset(turn, cancellationToken))
        {
            ForgetSessions();
        }
        else
        {
            Guard!.Suspect();
        }
    }

    /// <summary>Whether a TPM that runs was reset: without sessions that know better, its word is taken for it.</summary>
    private bool IsReset(Turn turn, CancellationToken cancellationToken)
    {
        _startingUp = true;
        try
        {
            return Guard?.WasReset(this, cancellationToken) ?? true;
        }
        finally
        {
            _startingUp = false;
        }
    }

    private bool SendStartup(CancellationToken cancellationToken)
    {
        Span<byte> startup = stackalloc byte[TpmHeader.Size + sizeof(TpmSu)];
        Tpm2Message.WriteCommand(new Startup(TpmSu.Clear), startup);
        int length = _transport.Transmit(startup, _response, cancellationToken);
        TpmResponseCode code = CodeOf(length);

        // TPM_RC_INITIALIZE as the answer to Startup: somebody else was quicker.
        if (!code.IsSuccess && code != s_notStarted)
        {
            throw new TpmCommandException(code, TpmCc.Startup);
        }

        return code.IsSuccess;
    }

    /// <summary>Sends a command with empty passwords, and no protection, within a turn, and reads all of its response.</summary>
    public TResponse Run<TCommand, TResponse>(in TCommand command, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        new Turn(this).Exchange(command, out TpmReader handles, out TpmReader parameters, cancellationToken);
        TResponse response = TResponse.Read(ref handles, ref parameters);
        parameters.ReadEnd();
        return response;
    }

    private void ThrowIfMissing(Turn turn, TpmCc command, CancellationToken cancellationToken)
    {
        if ((Capabilities.AreCommandsKnown || RareCommands.Contains(command)) && Capabilities.Lacks(this, command, cancellationToken))
        {
            throw new TpmCommandNotImplementedException(command, Capabilities.ReadIdentity(this));
        }
    }

    private TpmCommandException ErrorOf(Turn turn, TpmResponseCode code, TpmCc command, CancellationToken cancellationToken)
    {
        if (code.Value is TpmRc.CommandBlocked or TpmRc.EmbeddedCommandBlocked)
        {
            return new TpmCommandBlockedException(code, command);
        }

        if (code.Base.Value == TpmRc.CommandCode && command != TpmCc.GetCapability)
        {
            try
            {
                if (Capabilities.Lacks(this, command, cancellationToken))
                {
                    return new TpmCommandNotImplementedException(command, Capabilities.ReadIdentity(this));
                }
            }
            catch (TpmException)
            {
                // What the TPM answered is what the caller hears, whatever becomes of asking it for more.
            }
        }

        return new TpmCommandException(code, command);
    }

    private TpmResponseCode CodeOf(int length) => new(TpmHeader.Read(_response.AsSpan(0, length)).Code);

    private void ThrowIfReserved(TpmCc command)
    {
        if (_reserved.Count > 0 && _reserved.Contains(command))
        {
            throw new TpmCommandBlockedException(command);
        }
    }

    private void ClearBuffers()
    {
        _command.AsSpan(0, _commandUsed).Clear();
        _response.AsSpan(0, _responseUsed).Clear();
        (_commandUsed, _responseUsed) = (0, 0);
    }

    /// <summary>The right to use the TPM and this object's buffers.</summary>
    internal readonly ref struct Turn(CommandEngine owner)
    {
        public CommandEngine Owner => owner;

        /// <summary>Sends a command with what its handles and its secrets ask for. What it gives can be read until the turn ends.</summary>
        public void Exchange<TCommand>(
            in TCommand command, in TpmEntities entities, TpmSessions sessions, out TpmReader handles, out TpmReader parameters, CancellationToken cancellationToken)
            where TCommand : ITpmMessage<TCommand>
        {
            owner.ThrowIfMissing(this, TCommand.Info.Code, cancellationToken);
            if (owner.WantsSessions(TCommand.Info, entities, sessions))
            {
                owner.ExchangeWithSessions(this, command, entities, sessions, out handles, out parameters, cancellationToken);
                return;
            }

            entities.ThrowIfGone();
            Exchange(command, out handles, out parameters, cancellationToken);
            entities.Heed(TCommand.Info);
        }

        /// <summary>Sends a command with empty passwords.</summary>
        public void Exchange<TCommand>(in TCommand command, out TpmReader handles, out TpmReader parameters, CancellationToken cancellationToken)
            where TCommand : ITpmMessage<TCommand>
        {
            TpmCommandInfo info = TCommand.Info;
            owner.ThrowIfReserved(info.Code);
            owner.Send(command, cancellationToken);
            if (owner.CodeOf(owner._responseUsed) == s_notStarted && owner._startsUp && !owner._startingUp && info.Code != TpmCc.Startup)
            {
                owner.StartUp(this, cancellationToken);
                owner.Send(command, cancellationToken);
            }

            TpmResponseCode code = owner.CodeOf(owner._responseUsed);
            if (!code.IsSuccess)
            {
                throw owner.ErrorOf(this, code, info.Code, cancellationToken);
            }

            Tpm2Message.OpenResponse(owner._response.AsSpan(0, owner._responseUsed), info, out handles, out parameters);
        }

        public void Dispose()
        {
            owner.ClearBuffers();
            owner._turn.Release();
        }
    }
}

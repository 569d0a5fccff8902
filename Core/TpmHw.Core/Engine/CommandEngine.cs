using TpmHw.Capabilities;
using TpmHw.Execution;
using TpmHw.Protection;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>
/// Takes a command from its declaration to its typed response: check what the TPM has, plan the sessions, read Names, send,
/// open, and find out what an error means.
/// </summary>
internal sealed class CommandEngine : ICommandSender, IDisposable
{
    private readonly CommandWorker _worker;
    private readonly BusProtector? _protector;
    private readonly bool _resends;

    public CommandEngine(ITpmTransport transport, Tpm2Options options)
    {
        if (options is { ProtectBus: false, AsksForIdentity: true })
        {
            throw new ArgumentException("A pinned or trusted TPM is known by the protection of the bus: ProtectBus can't be false together with SaltKeyName, PinStore or EndorsementTrust.", nameof(options));
        }

        bool isProtected = options.ProtectBus ?? (options.AsksForIdentity || transport.Info.CrossesWire);
        Channel = new(transport, options.StartUpWhenNeeded, options.ResendWhenBusy, believesResets: !isProtected, options.OnLeak);
        Capabilities = new(Channel, this);
        _resends = options.ResendWhenBusy;
        _protector = isProtected ? new(Channel, this, options) : null;
        _worker = new($"TPM {transport.Info.Name}");
    }

    /// <summary>The way to the TPM.</summary>
    public CommandChannel Channel { get; }

    /// <summary>What the TPM has.</summary>
    public TpmCapabilities Capabilities { get; }

    /// <summary>Whether the bus is protected.</summary>
    public bool IsProtected => _protector is not null;

    /// <summary>How the bus is protected.</summary>
    public BusProtection Protection => _protector?.Describe() ?? new(BusProtectionLevel.Off);

    public TResponse Execute<TCommand, TResponse>(in TCommand command, TpmEntities entities, TpmSessions sessions, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        using CommandTurn turn = Channel.TakeTurn(cancellationToken);
        return Run<TCommand, TResponse>(command, entities, sessions, cancellationToken);
    }

    public Task<TResponse> ExecuteAsync<TCommand, TResponse>(TCommand command, TpmEntities entities, TpmSessions sessions, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse> =>
        RunAsync(() => Execute<TCommand, TResponse>(command, entities, sessions, cancellationToken), cancellationToken);

    /// <summary>Runs something on this TPM's own thread.</summary>
    public Task<T> RunAsync<T>(Func<T> body, CancellationToken cancellationToken) => _worker.Run(body, cancellationToken);

    /// <summary>Starts a session. On a protected bus it is salted with the protecting key if the caller names none.</summary>
    public TpmSession StartSession(SessionStart start, TpmObject? salt, CancellationToken cancellationToken)
    {
        using CommandTurn turn = Channel.TakeTurn(cancellationToken);
        ICommandSender Naming(TpmEntities entities) => new NamingSender(this, entities);
        if (_protector is not { } protector)
        {
            if (start is { Type: TpmSe.Hmac, Bind: { } bind })
            {
                VerifyName(default, bind, cancellationToken); // the TPM binds to the Name that it has now (Part 1, 19.6.8)
            }

            return start.Run(Naming(new(salt ?? NullHandle, start.Bind ?? NullHandle)), Channel, salt is null ? null : (salt.Handle, salt.PublicArea), false, cancellationToken);
        }

        TpmSession session = salt is null
            ? protector.Start(start, Naming, cancellationToken)
            : start.Run(
                Naming(new(salt, start.Bind ?? NullHandle)), Channel, (salt.Handle, salt.PublicArea), salt.IsAuthentic && SaltKeySource.IsFit(salt.PublicArea), cancellationToken);
        session.BeginInStep();
        return session;
    }

    /// <summary>Sends a command of the engine's own within a turn, protected like a caller's.</summary>
    public TResponse Run<TCommand, TResponse>(in TCommand command, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse> =>
        Run<TCommand, TResponse>(command, EntitiesOf(command), default, cancellationToken);

    /// <summary>Sends a command within a turn. What it gives can be read until the turn ends or another command is sent.</summary>
    public void Exchange<TCommand>(
        in TCommand command, in TpmEntities entities, TpmSessions sessions, out TpmReader handles, out TpmReader parameters, CancellationToken cancellationToken)
        where TCommand : ITpmMessage<TCommand>
    {
        TpmCommandInfo info = TCommand.Info;
        ThrowIfMissing(info, cancellationToken);
        Channel.ThrowIfReserved(info.Code);
        bool isProtected = _protector is not null && info.TakesSessions;
        if (isProtected)
        {
            BusRules.ThrowIfInClear(command);
        }

        for (var attempt = new Attempt(); ; attempt = attempt.Next())
        {
            entities.ThrowIfGone();
            sessions.ThrowIfGone();
            ThrowIfForeign(sessions);
            SessionPlan plan = SessionPlan.For(info, entities, sessions, isProtected);
            bool isDelicate = false;
            ReadOnlySpan<TpmSession?> guards = [];
            if (plan.HasSessions)
            {
                ReadNames(info, entities, cancellationToken);
                bool risksLockout = plan.RisksLockout(entities);
                isDelicate = risksLockout || !IsRepeatable(info, entities);
                Prepare(plan, entities, info, risksLockout, isDelicate, cancellationToken);
                guards = _protector is { } protector ? protector.Guards(plan.Guards) : [];
            }

            // What the channel has sent again for long enough is not begun anew.
            attempt = attempt.Waiting(isDelicate && _resends);
            TpmResponseCode code = Channel.Exchange(command, entities, plan, guards, resends: !isDelicate || !isProtected, out handles, out parameters, cancellationToken);
            if (code.IsSuccess)
            {
                if (isProtected)
                {
                    ApplyEffect(info.Code, cancellationToken);
                }

                return;
            }

            if (!plan.HasSessions || !FindOut(info, entities, sessions, plan, code, attempt, cancellationToken))
            {
                throw ErrorOf(code, info.Code, cancellationToken);
            }
        }
    }

    /// <summary>Refuses sessions of another <see cref="Tpm2"/>: what is known of their keys is known of another TPM.</summary>
    private void ThrowIfForeign(TpmSessions sessions)
    {
        foreach (TpmSession session in sessions)
        {
            if (IsProtected && !session.IsOf(Channel))
            {
                throw new ArgumentException($"The session {session.Handle} was started by another Tpm2, and says nothing of this TPM.", nameof(sessions));
            }
        }
    }

    public void Dispose()
    {
        _worker.DropWaiting();
        Channel.Dispose();
        _worker.Join();
    }

    private TResponse Run<TCommand, TResponse>(in TCommand command, TpmEntities entities, TpmSessions sessions, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        Exchange(command, entities, sessions, out TpmReader handles, out TpmReader parameters, cancellationToken);
        TResponse response = TResponse.Read(ref handles, ref parameters);
        parameters.ReadEnd();
        return response;
    }

    /// <summary>Gets ready what has to be right before the command may go: Names, and sessions in step.</summary>
    private void Prepare(
        in SessionPlan plan, in TpmEntities entities, in TpmCommandInfo info, bool risksLockout, bool isDelicate, CancellationToken cancellationToken)
    {
        if (risksLockout)
        {
            for (int i = 0; i < info.Handles; i++)
            {
                VerifyName(info, entities[i], cancellationToken);
            }
        }

        if (_protector is not { } protector || !info.TakesSessions)
        {
            return;
        }

        bool needsClock = info.ResponseHandles > 0 && !protector.KnowsClock;
        protector.Prepare(Math.Max(plan.Guards, needsClock ? 1 : 0), isDelicate || needsClock, cancellationToken);
        for (int i = 0; isDelicate && i < plan.Count; i++)
        {
            if (plan[i].Session is { IsInStep: false } own && !protector.IsInStep(own, cancellationToken))
            {
                throw new TpmSessionException(TpmSessionFault.OutOfStep, $"The session {own.Handle} is out of step with the TPM, or gone.");
            }
        }
    }

    /// <summary>
    /// As <see cref="MayResend"/>; but if the TPM can't be asked any more, what it has answered is what the caller hears. An
    /// answer that would say of something done that it was not is not passed on.
    /// </summary>
    private bool FindOut(
        in TpmCommandInfo info, in TpmEntities entities, TpmSessions own, in SessionPlan plan, TpmResponseCode code, Attempt attempt, CancellationToken cancellationToken)
    {
        bool isHarmless = IsRepeatable(info, entities) || !IsProtected || !info.TakesSessions;
        try
        {
            return MayResend(info, entities, own, plan, code, attempt, ref isHarmless, cancellationToken);
        }
        catch (Exception e) when (e is TpmTransportException or TpmFormatException or TpmCommandException)
        {
            return isHarmless ? false : throw OutcomeUnknown(info, code, e);
        }
    }

    private static TpmSessionException OutcomeUnknown(in TpmCommandInfo info, TpmResponseCode code, Exception? cause = null) => new(
        TpmSessionFault.OutcomeUnknown,
        $"{info.Code.CommandName()} was answered by {code.Name}, and it can't be known whether the TPM has executed it: {(cause is null ? "its session is out of step, or lost" : "the TPM can't be asked any more")}.",
        cause);

    /// <summary>Finds out what an error means for a command with sessions.</summary>
    /// <returns>Whether to send it again.</returns>
    /// <remarks>
    /// Nobody vouches for an error. So a command is sent again only if its sessions prove that the TPM has not executed it, or if
    /// it is harmless to execute it twice.
    /// </remarks>
    /// <exception cref="TpmSessionException">The TPM was reset or replaced, or it can't be known whether it has executed the command.</exception>
    private bool MayResend(
        in TpmCommandInfo info,
        in TpmEntities entities,
        TpmSessions own,
        in SessionPlan plan,
        TpmResponseCode code,
        Attempt attempt,
        ref bool isHarmless,
        CancellationToken cancellationToken)
    {
        SessionTrouble trouble = SessionTroubles.Of(code);
        if (_protector is not { } protector || !info.TakesSessions)
        {
            return MayResendUnproved(info, entities, trouble, attempt, cancellationToken);
        }

        if (trouble == SessionTrouble.None && IsRepeatable(info, entities) && own.Count == 0)
        {
            return false;
        }

        if (protector.ProvesNotExecuted(plan, cancellationToken))
        {
            isHarmless = true;
            return !attempt.IsLast(trouble) && trouble switch
            {
                SessionTrouble.None => false,
                SessionTrouble.NotStarted => Channel.StartsUp,
                SessionTrouble.Refused => AreNamesStale(info, entities, cancellationToken),
                SessionTrouble.PutOff => attempt.Waits && attempt.Pause(cancellationToken),
                _ => true,
            };
        }

        bool wasReset = protector.BeginAgain(cancellationToken);
        return IsRepeatable(info, entities)
            ? own.Count == 0 && trouble != SessionTrouble.None && !attempt.IsLast(trouble)
            : throw (wasReset
                ? new TpmSessionException(TpmSessionFault.TpmReset, $"The TPM was reset, and it can't be known whether it has executed {info.Code.CommandName()} before.")
                : OutcomeUnknown(info, code));
    }

    /// <summary>Whether it is harmless to execute a command twice. Reading is, unless it uses up a try of a PIN (Part 1, 37.2.8).</summary>
    private static bool IsRepeatable(in TpmCommandInfo info, in TpmEntities entities) =>
        info.IsRepeatable || info.Code == TpmCc.NvRead && entities[0] is { UsesUpTries: false };

    /// <summary>On a bus that is not protected, the TPM's errors are believed.</summary>
    private bool MayResendUnproved(in TpmCommandInfo info, in TpmEntities entities, SessionTrouble trouble, Attempt attempt, CancellationToken cancellationToken) =>
        !attempt.IsLast(trouble) && trouble switch
        {
            SessionTrouble.NotStarted when Channel.StartsUp => throw new TpmSessionException(TpmSessionFault.TpmReset, "The TPM was reset since this program began to use it."),
            SessionTrouble.Refused => AreNamesStale(info, entities, cancellationToken),
            _ => false,
        };

    /// <summary>Names that the sessions' HMACs take and that are not known yet. If they are wrong, the TPM refuses the command.</summary>
    private void ReadNames(in TpmCommandInfo info, in TpmEntities entities, CancellationToken cancellationToken)
    {
        for (int i = 0; i < info.Handles; i++)
        {
            if (!entities[i].IsNameKnown)
            {
                NameReading reading = NameReading.Of(Channel.Unprotected, entities[i].Handle, TakesSequences(info), cancellationToken);
                reading.GiveTo(entities[i]);
                entities[i].IsNameUnproved = IsProtected && reading.Name.Length > 0;
            }
        }
    }

    private bool AreNamesStale(in TpmCommandInfo info, in TpmEntities entities, CancellationToken cancellationToken)
    {
        bool anyIs = false;
        for (int i = 0; i < info.Handles; i++)
        {
            anyIs |= VerifyName(info, entities[i], cancellationToken);
        }

        return anyIs;
    }

    /// <summary>
    /// Makes sure that an entity has its present Name, before an HMAC over another one costs a try (Part 1, 19.8). The TPM proves
    /// a Name by answering under it.
    /// </summary>
    /// <returns>Whether it had another one.</returns>
    private bool VerifyName(in TpmCommandInfo info, TpmEntity entity, CancellationToken cancellationToken)
    {
        if (!entity.CanBeRenamed)
        {
            return false;
        }

        NameReading reading = NameReading.Of(Channel.Unprotected, entity.Handle, TakesSequences(info), cancellationToken);
        if (IsProtected && reading.Name.Length > 0)
        {
            var hinted = new TpmEntity(entity.Handle);
            hinted.SetName(reading.Name);
            reading = NameReading.Of(new NamingSender(this, new(hinted)), entity.Handle, mayBeSequence: false, cancellationToken);
        }

        bool hadAnother = reading.GiveTo(entity);
        entity.IsNameUnproved = false;
        return hadAnother;
    }

    /// <summary>Sequences have no Name (Part 1, 16). These are the commands with sessions that take one (Part 3, 17).</summary>
    private static bool TakesSequences(in TpmCommandInfo info) =>
        info.Code is TpmCc.SequenceUpdate or TpmCc.SequenceComplete or TpmCc.EventSequenceComplete;

    private void ApplyEffect(TpmCc command, CancellationToken cancellationToken)
    {
        CommandEffect effect = CommandEffects.Of(command);
        if (effect.ResetsClock || effect.Seed is not null)
        {
            _protector!.ApplyEffect(effect, cancellationToken);
        }
    }

    /// <summary>Bare handles as entities, with empty authorization values.</summary>
    private static TpmEntities EntitiesOf<TCommand>(in TCommand command)
        where TCommand : ITpmMessage<TCommand>
    {
        Span<byte> bytes = stackalloc byte[3 * sizeof(uint)];
        var writer = new TpmWriter(bytes);
        command.WriteHandles(ref writer);
        var reader = new TpmReader(writer.Written);
        TpmEntity? Next(ref TpmReader from) => from.Remaining > 0 ? new TpmHandle(from.ReadUInt32()) : null;
        return new(Next(ref reader), Next(ref reader), Next(ref reader));
    }

    private static TpmEntity NullHandle => TpmRh.Null;

    private void ThrowIfMissing(in TpmCommandInfo info, CancellationToken cancellationToken)
    {
        if ((Capabilities.AreCommandsKnown || info.IsRare) && Capabilities.Lacks(info.Code, cancellationToken))
        {
            throw new TpmCommandNotImplementedException(info.Code, Capabilities.ReadIdentity());
        }
    }

    private TpmCommandException ErrorOf(TpmResponseCode code, TpmCc command, CancellationToken cancellationToken)
    {
        if (code.Base.Value == TpmRc.CommandCode && command != TpmCc.GetCapability)
        {
            try
            {
                if (Capabilities.Lacks(command, cancellationToken))
                {
                    return new TpmCommandNotImplementedException(command, Capabilities.ReadIdentity());
                }
            }
            catch (TpmException)
            {
                // What the TPM answered is what the caller hears, whatever becomes of asking it for more.
            }
        }

        return TpmCommandException.Of(code, command);
    }

    /// <summary>Sends commands whose handles stand for entities that are known.</summary>
    private sealed class NamingSender(CommandEngine engine, TpmEntities entities) : ICommandSender
    {
        public TResponse Run<TCommand, TResponse>(in TCommand command, CancellationToken cancellationToken)
            where TCommand : ITpmCommand<TCommand, TResponse>
            where TResponse : ITpmMessage<TResponse> =>
            engine.Run<TCommand, TResponse>(command, entities, default, cancellationToken);
    }
}

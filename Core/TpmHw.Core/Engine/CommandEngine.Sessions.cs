using TpmHw.Execution;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw;

// What goes beyond empty passwords: authorisation values, sessions, the protection of the bus.
internal sealed partial class CommandEngine
{
    private SessionArea? _area;
    private int _epoch;

    /// <summary>What protects the bus; null where nothing does.</summary>
    public BusProtector? Guard { get; }

    /// <summary>Changes when the TPM is seen to have been reset.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Watches over something that should be disposed, where somebody wants to hear of leaks.</summary>
    public LeakWatch Watch(TpmEntity entity) => _options.OnLeak is { } report ? new(entity.Handle, report) : LeakWatch.None;

    /// <summary>Checks that the TPM was not reset since something was made in it.</summary>
    public void ThrowIfBefore(int epoch, string what)
    {
        if (epoch != Epoch)
        {
            throw new TpmSessionException(TpmSessionFault.TpmReset, $"{what} is lost: the TPM was reset since it was made.");
        }
    }

    /// <summary>Removes a transient object or a session from the TPM, if they are still there.</summary>
    public void Flush(TpmHandle handle, int epoch)
    {
        try
        {
            using Turn turn = TakeTurn(CancellationToken.None);
            if (epoch == Epoch)
            {
                this.TryFlush(handle);
            }
        }
        catch (Exception e) when (e is TpmException or ObjectDisposedException)
        {
            // The TPM, or the way to it, is gone, and the handle with it.
        }
    }

    /// <summary>After a reset: whatever was in the TPM is not there any more.</summary>
    private void ForgetSessions()
    {
        Interlocked.Increment(ref _epoch);
        Guard?.Forget();
    }

    private bool WantsSessions(in TpmCommandInfo info, in TpmEntities entities, TpmSessions sessions) =>
        sessions.Count > 0
        || entities.TakeAuthValue(info.AuthorizedHandles)
        || Guard is not null && BusProtector.Protects(info)
        || info.Code is TpmCc.HierarchyChangeAuth; // what it sets has to be remembered

    private void ExchangeWithSessions<TCommand>(
        Turn turn, in TCommand command, in TpmEntities entities, TpmSessions sessions, out TpmReader handles, out TpmReader parameters, CancellationToken cancellationToken)
        where TCommand : ITpmMessage<TCommand>
    {
        TpmCommandInfo info = TCommand.Info;
        ThrowIfReserved(info.Code);
        if (Guard is not null && info.AuthorizedHandles > 0)
        {
            BusProtector.ThrowIfInClear(command);
        }

        for (bool again = true; ; again = false)
        {
            entities.ThrowIfGone();
            foreach (TpmSession session in sessions)
            {
                session.ThrowIfGone();
            }

            TpmSessions all = Guard is not null && BusProtector.Protects(info) ? Guard.Complete(this, info, sessions, cancellationToken) : sessions;
            if (all.Count > 0)
            {
                ReadNames(turn, info, entities, cancellationToken);
            }

            TpmResponseCode code = Try(command, entities, all, out handles, out parameters, cancellationToken);
            if (code.IsSuccess)
            {
                return;
            }

            if (!again || all.Count == 0 || !SessionTrouble.IsPossible(code) || !Recover(turn, code, sessions, cancellationToken))
            {
                throw ErrorOf(turn, code, info.Code, cancellationToken);
            }
        }
    }

    /// <summary>Sends a command with its sessions once.</summary>
    private TpmResponseCode Try<TCommand>(
        in TCommand command, in TpmEntities entities, TpmSessions sessions, out TpmReader handles, out TpmReader parameters, CancellationToken cancellationToken)
        where TCommand : ITpmMessage<TCommand>
    {
        _area ??= new(Math.Max(_command.Length, _response.Length));
        bool done = false;
        try
        {
            ClearBuffers();
            _area.Plan(TCommand.Info, entities, sessions);
            _commandUsed = _command.Length;
            _commandUsed = _area.Write(command, _command);
            Transmit(cancellationToken);
            TpmResponseCode code = CodeOf(_responseUsed);
            handles = parameters = default;
            if (code.IsSuccess)
            {
                _area.Open(_response.AsSpan(0, _responseUsed), out handles, out parameters);
            }

            done = true;
            return code;
        }
        finally
        {
            _area.Clear();
            if (!done)
            {
                Guard?.Suspect(); // how far the sessions' nonces have moved on is not known
            }
        }
    }

    /// <summary>Finds out what became of the sessions that a command failed with.</summary>
    /// <returns>Whether the command, which was not executed, can be sent again with new ones.</returns>
    /// <exception cref="TpmSessionException">The TPM was reset or replaced.</exception>
    private bool Recover(Turn turn, TpmResponseCode code, TpmSessions own, CancellationToken cancellationToken)
    {
        bool says = code == s_notStarted;
        if (says && !_startsUp)
        {
            return false;
        }

        if (says && SendStartup(cancellationToken) || (Guard is null ? says : IsReset(turn, cancellationToken)))
        {
            ForgetSessions();
            Guard?.CheckKey(this, cancellationToken);
            throw new TpmSessionException(TpmSessionFault.TpmReset, "The TPM was reset since this program began to use it.");
        }

        Guard?.Suspect();
        Guard?.CheckKey(this, cancellationToken);
        return Guard is not null && own.Count == 0 && SessionTrouble.IsMissing(code);
    }

    /// <summary>Names that the sessions' HMACs take and that are not known yet.</summary>
    private void ReadNames(Turn turn, in TpmCommandInfo info, in TpmEntities entities, CancellationToken cancellationToken)
    {
        for (int i = 0; i < info.Handles; i++)
        {
            if (!entities[i].IsNameKnown)
            {
                entities[i].SetName(NameReader.Read(this, entities[i].Handle, cancellationToken));
            }
        }
    }

    /// <summary>Ends the sessions that this object made for itself, unless a command is running.</summary>
    private void EndSessions()
    {
        if (Guard is not { HasSessions: true } || !_turn.Wait(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            using var turn = new Turn(this);
            Guard.Drop(this);
        }
        catch (Exception e) when (e is TpmException or ObjectDisposedException)
        {
            // The TPM is gone, and the sessions with it.
        }
        finally
        {
            _area?.Dispose();
        }
    }
}

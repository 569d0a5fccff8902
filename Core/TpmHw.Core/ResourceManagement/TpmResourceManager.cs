using System.Buffers.Binary;
using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>
/// Shares a TPM 2.0 and gives each client its own objects and sessions under its own handles, as many as the options
/// allow. Contexts that the TPM has no room for are saved and loaded again when a command uses them.
/// </summary>
/// <remarks>
/// Nothing is evicted before its room is needed: as long as everything fits, one command of a client is one command to
/// the TPM. A session that a client saves by its own TPM2_ContextSave belongs to the client that loads the context, even
/// after the first one has left: tools that are started anew for each command rely on this. All clients share persistent
/// objects, NV indices, PCRs and hierarchies. A TPM2_GetCapability for handles with a session (audit, encryption) shows
/// the TPM's own handles, because an HMAC protects the answer.
/// <para>The transport below should be for this manager alone: objects and sessions that it finds loaded at the start are flushed.</para>
/// </remarks>
public sealed class TpmResourceManager : TpmShare
{
    // A saved context stands in the first parameter, and a handle to be flushed too.
    private const uint HandleOfParameter1 = TpmRc.Handle | TpmRc.P | TpmRc.N1;

    private readonly ResourceManagerOptions _options;
    private readonly ManagerCommands _commands;
    private readonly ContextManager _contexts;
    private readonly HandleMap _handles;
    private readonly CommandAttributes _attributes = new();
    private readonly byte[] _work;
    private volatile bool _ready;
    private bool _inDoubt;

    /// <summary>Shares a transport, which is disposed with this object.</summary>
    public TpmResourceManager(ITpmTransport inner, ResourceManagerOptions? options = null)
        : base(inner)
    {
        _options = options ?? new();
        _commands = new(inner);
        _contexts = new(_commands);
        _handles = new(_contexts);
        _work = new byte[inner.Info.MaxCommandSize];
    }

    /// <summary>Finds the handles and sessions that a command uses. Finds none before the TPM's commands are known.</summary>
    internal int FindHandles(ReadOnlySpan<byte> command, Span<uint> found)
    {
        int count = 0;
        if (_ready && _attributes.TryFind(TpmHeader.Read(command).Code, out TpmaCc attributes) && CommandLayout.Find(command, attributes.CommandHandles, out CommandLayout layout) == TpmRc.Success)
        {
            for (; count < layout.Handles; count++)
            {
                found[count] = layout.Handle(count);
            }

            foreach (CommandLayout.SessionPlace session in layout.Sessions)
            {
                found[count++] = session.Handle;
            }
        }

        return count;
    }

    /// <summary>Whether using a handle that is not an object's needs no context to be loaded.</summary>
    internal bool HasLoaded(uint handle) => _contexts.Sessions.Find(handle) is not { IsLoaded: false };

    private protected override TpmShareClient NewClient(string name, TpmClientOptions options) => new ManagedClient(this, name, options);

    private protected override int Execute(TpmShareClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        try
        {
            if (!IsReady())
            {
                return Inner.Transmit(command, response, cancellationToken);
            }

            TimeSpan before = _commands.Time;
            int length = Execute((ManagedClient)client, command, response, cancellationToken);
            bool isMove = TpmHeader.Read(command).Code is (uint)TpmCc.FlushContext or (uint)TpmCc.ContextSave; // the client's own
            client.Ticket.LoadTime = isMove ? TimeSpan.Zero : _commands.Time - before;
            return length;
        }
        catch
        {
            _inDoubt = true; // the TPM may have executed something whose response is lost
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_work.AsSpan(0, command.Length));
        }
    }

    private protected override void CleanUp(TpmShareClient client)
    {
        var gone = (ManagedClient)client;
        gone.HasLeft = true;
        try
        {
            _contexts.FlushLeft();
            _contexts.Sessions.FlushAbandoned(_options.SavedSessions);
        }
        catch (Exception e) when (e is TpmException or ObjectDisposedException)
        {
            _inDoubt = true;
        }
    }

    private protected override void WasReset()
    {
        _contexts.Lost();
        _inDoubt = true;
    }

    private int Execute(ManagedClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        TpmHeader header = TpmHeader.Read(command);
        if (!_attributes.TryFind(header.Code, out TpmaCc attributes))
        {
            return Refuse(TpmRc.CommandCode, response);
        }

        // TPM2_FlushContext has its handle among the parameters, which makes no difference without sessions.
        int handles = attributes.CommandCode is TpmCc.FlushContext or TpmCc.ContextSave ? 1 : attributes.CommandHandles;
        uint code = CommandLayout.Find(command, handles, out CommandLayout layout);
        if (code != TpmRc.Success)
        {
            return Refuse(code, response);
        }

        _contexts.Begin(client);
        if (attributes.CommandCode is TpmCc.FlushContext or TpmCc.ContextSave or TpmCc.ContextLoad && header.Tag != TpmHeader.NoSessions)
        {
            return Refuse(TpmRc.AuthContext, response);
        }

        return attributes.CommandCode switch
        {
            TpmCc.FlushContext => FlushContext(client, layout.Handle(0), response),
            TpmCc.ContextSave => ContextSave(client, layout.Handle(0), response),
            TpmCc.ContextLoad => ContextLoad(client, command, response, cancellationToken),
            TpmCc.GetCapability when HandleQuery.Is(command, header, out uint first, out uint count) => HandleQuery.Answer(_handles.List(client, first), first, count, response),
            _ => ExecuteMapped(client, command, layout, attributes, response, cancellationToken),
        };
    }

    /// <summary>Replaces the handles by the TPM's, executes the command, and replaces the handle in the response by the client's.</summary>
    private int ExecuteMapped(ManagedClient client, ReadOnlySpan<byte> command, CommandLayout layout, TpmaCc attributes, Span<byte> response, CancellationToken cancellationToken)
    {
        bool makesSession = attributes.CommandCode == TpmCc.StartAuthSession;
        uint code = attributes.ResponseHandle ? _handles.CheckLimit(client, makesSession) : TpmRc.Success;
        if (code == TpmRc.Success)
        {
            command.CopyTo(_work);
            code = _handles.Map(client, layout, _work);
        }

        if (code != TpmRc.Success)
        {
            return Refuse(code, response);
        }

        if (makesSession)
        {
            _contexts.Sessions.Reserve();
        }
        else
        {
            _contexts.Objects.Reserve(attributes.ResponseHandle ? 1 : 0);
        }

        int length = Transmit(_work.AsSpan(0, command.Length), response, out code, cancellationToken);
        if (new TpmResponseCode(code).IsReference)
        {
            _inDoubt = true; // the TPM does not have what it should have
        }

        if (code != TpmRc.Success)
        {
            return length;
        }

        if (attributes.ResponseHandle)
        {
            _handles.Adopt(client, response);
        }

        _handles.ForgetEnded(client, layout, attributes);
        _inDoubt |= attributes.Extensive; // TPM2_Clear and other such commands flush objects that they do not name
        return length;
    }

    private int FlushContext(ManagedClient client, uint handle, Span<byte> response)
    {
        if (client.Objects.TryGetValue(handle, out ManagedObject? flushed))
        {
            _contexts.Objects.Flush(flushed);
        }
        else if (_contexts.Sessions.Find(handle) is { } session && (session.Owner ?? session.Saver) == client)
        {
            _contexts.Sessions.Flush(session);
        }
        else
        {
            return Refuse(HandleOfParameter1, response);
        }

        return Refuse(TpmRc.Success, response);
    }

    private int ContextSave(ManagedClient client, uint handle, Span<byte> response)
    {
        if (client.Objects.TryGetValue(handle, out ManagedObject? saved))
        {
            if (!saved.IsSaved)
            {
                uint code = _contexts.Use(saved, TpmRc.ReferenceH0);
                if (code != TpmRc.Success || (code = _commands.Send(TpmCc.ContextSave, saved.Handle)) != TpmRc.Success)
                {
                    return Refuse(code, response);
                }

                saved.Keep(_commands.Answer);
            }

            return Give(saved.Context, response);
        }

        if (_contexts.Sessions.Find(handle) is not { } session || session.Owner != client)
        {
            return Refuse(TpmRc.ReferenceH0, response);
        }

        uint result = _contexts.Sessions.Save(session);
        if (result != TpmRc.Success)
        {
            return Refuse(result, response);
        }

        (session.Owner, session.Saver, session.Given) = (null, client, session.Context);
        return Give(session.Context, response);
    }

    private int ContextLoad(ManagedClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> context = command[TpmHeader.Size..];
        uint saved = SavedContext.Handle(context);
        bool isSession = ManagedSession.Is(saved);
        ManagedSession? known = isSession ? _contexts.Sessions.Find(saved) : null;
        uint code = known?.Saver == client ? TpmRc.Success : _handles.CheckLimit(client, isSession); // its own counts already
        if (code != TpmRc.Success)
        {
            return Refuse(code, response);
        }

        if (known is not null)
        {
            // What the client has may be older than what the TPM takes: the manager has saved it again since.
            code = known.Owner is null && context.SequenceEqual(known.Given) ? _contexts.Use(known, HandleOfParameter1) : HandleOfParameter1;
            if (code != TpmRc.Success)
            {
                return Refuse(code, response);
            }

            (known.Owner, known.Saver, known.Given) = (client, null, null);
            BinaryPrimitives.WriteUInt32BigEndian(response[TpmHeader.Size..], saved);
            new TpmHeader(TpmHeader.NoSessions, TpmHeader.Size + sizeof(uint), TpmRc.Success).Write(response);
            return TpmHeader.Size + sizeof(uint);
        }

        _contexts.Objects.Reserve(isSession ? 0 : 1);
        int length = Transmit(command, response, out code, cancellationToken);
        if (code == TpmRc.Success)
        {
            _handles.Adopt(client, response)?.Keep(context);
        }

        return length;
    }

    /// <summary>Executes a command. Sends it again after making room, if the TPM had none.</summary>
    private int Transmit(ReadOnlySpan<byte> command, Span<byte> response, out uint code, CancellationToken cancellationToken)
    {
        int length;
        do
        {
            length = Inner.Transmit(command, response, cancellationToken);
            code = TpmHeader.Read(response).Code;
        }
        while (code != TpmRc.Success && (_contexts.MakeRoom(code) || WasStartedAgain(command, code)));

        return length;
    }

    /// <summary>
    /// Starts a TPM that was reset from outside. A command with handles from before the reset is sent too: the TPM no longer
    /// knows them and says so to the client.
    /// </summary>
    private bool WasStartedAgain(ReadOnlySpan<byte> command, uint code)
    {
        if (code != TpmRc.Initialize || TpmHeader.Read(command).Code == (uint)TpmCc.Startup)
        {
            return false;
        }

        WasReset();
        return _options.StartAfterReset && _commands.Send(PowerUp.StartupCommand(TpmFamily.Tpm20)) == TpmRc.Success;
    }

    /// <summary>Reads the TPM's commands once it is started, and compares the tables with the TPM after something went wrong.</summary>
    /// <returns>Whether the TPM is started.</returns>
    private bool IsReady()
    {
        if (!_ready)
        {
            if (!_attributes.TryRead(_commands))
            {
                return false;
            }

            _contexts.Sessions.ReadGap();
            _ready = _inDoubt = true;
        }

        if (_inDoubt)
        {
            _inDoubt = !_contexts.TryCompare();
        }

        return true;
    }

    private static int Give(ReadOnlySpan<byte> body, Span<byte> response)
    {
        body.CopyTo(response[TpmHeader.Size..]);
        new TpmHeader(TpmHeader.NoSessions, (uint)(TpmHeader.Size + body.Length), TpmRc.Success).Write(response);
        return TpmHeader.Size + body.Length;
    }

    private static int Refuse(uint code, Span<byte> response)
    {
        new TpmHeader(TpmHeader.NoSessions, TpmHeader.Size, code).Write(response);
        return TpmHeader.Size;
    }
}

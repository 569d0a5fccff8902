using System.Buffers.Binary;
using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>
/// Shares a TPM 2.0 so that each client has it to itself: its own objects and sessions under its own handles, as many
/// as the options allow, of which those that the TPM has no room for are saved out of it by turns.
/// </summary>
/// <remarks>
/// Nothing is moved before its room is needed: as long as everything fits, one command of a client is one command to the
/// TPM. A session that a client saves by its own TPM2_ContextSave belongs to whoever loads that context, also after
/// the client has left, as tools do that are started anew for each command. What is persistent, in NV, in PCRs or
/// behind a hierarchy's authorization is one for all clients. A TPM2_GetCapability for handles inside a session (audit,
/// encryption) shows the TPM's own handles: its answer is under an HMAC.
/// <para>The transport below should be for this manager alone: objects and sessions that it finds loaded at the start are flushed.</para>
/// </remarks>
public sealed class TpmResourceManager : TpmShare
{
    // A saved context stands in the first parameter, and a handle to be flushed too.
    private const uint HandleOfParameter1 = TpmRc.Handle | TpmRc.P | TpmRc.N1;

    private readonly ResourceManagerOptions _options;
    private readonly OwnCommands _own;
    private readonly TpmMemory _memory;
    private readonly ClientHandles _handles;
    private readonly CommandShapes _shapes = new();
    private readonly byte[] _work;
    private volatile bool _ready;
    private bool _inDoubt;

    /// <summary>Shares a transport, which is disposed with this object.</summary>
    public TpmResourceManager(ITpmTransport inner, ResourceManagerOptions? options = null)
        : base(inner)
    {
        _options = options ?? new();
        _own = new(inner);
        _memory = new(_own);
        _handles = new(_memory);
        _work = new byte[inner.Info.MaxCommandSize];
    }

    /// <summary>The handles and sessions that a command uses; none where that is not known yet.</summary>
    internal int FindHandles(ReadOnlySpan<byte> command, Span<uint> found)
    {
        int count = 0;
        if (_ready && _shapes.TryFind(TpmHeader.Read(command).Code, out TpmaCc shape) && CommandLayout.Find(command, shape.CommandHandles, out CommandLayout layout) == TpmRc.Success)
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

    /// <summary>Whether a handle that is no object's is of something that need not be loaded.</summary>
    internal bool HasLoaded(uint handle) => _memory.Sessions.Find(handle) is not { IsLoaded: false };

    private protected override TpmShareClient NewClient(string name, TpmClientOptions options) => new ManagedClient(this, name, options);

    private protected override int Execute(TpmShareClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        try
        {
            if (!IsReady())
            {
                return Inner.Transmit(command, response, cancellationToken);
            }

            TimeSpan before = _own.Time;
            int length = Execute((ManagedClient)client, command, response, cancellationToken);
            bool isMove = TpmHeader.Read(command).Code is (uint)TpmCc.FlushContext or (uint)TpmCc.ContextSave; // the client's own
            client.Turn.Loading = isMove ? TimeSpan.Zero : _own.Time - before;
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
            _memory.FlushLeft();
            _memory.Sessions.FlushAbandoned(_options.SavedSessions);
        }
        catch (Exception e) when (e is TpmException or ObjectDisposedException)
        {
            _inDoubt = true;
        }
    }

    private protected override void WasReset()
    {
        _memory.Lost();
        _inDoubt = true;
    }

    private int Execute(ManagedClient client, ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        TpmHeader header = TpmHeader.Read(command);
        if (!_shapes.TryFind(header.Code, out TpmaCc shape))
        {
            return Refuse(TpmRc.CommandCode, response);
        }

        // TPM2_FlushContext has its handle among the parameters, which makes no difference without sessions.
        int handles = shape.CommandCode is TpmCc.FlushContext or TpmCc.ContextSave ? 1 : shape.CommandHandles;
        uint code = CommandLayout.Find(command, handles, out CommandLayout layout);
        if (code != TpmRc.Success)
        {
            return Refuse(code, response);
        }

        _memory.Begin(client);
        if (shape.CommandCode is TpmCc.FlushContext or TpmCc.ContextSave or TpmCc.ContextLoad && header.Tag != TpmHeader.NoSessions)
        {
            return Refuse(TpmRc.AuthContext, response);
        }

        return shape.CommandCode switch
        {
            TpmCc.FlushContext => FlushContext(client, layout.Handle(0), response),
            TpmCc.ContextSave => ContextSave(client, layout.Handle(0), response),
            TpmCc.ContextLoad => ContextLoad(client, command, response, cancellationToken),
            TpmCc.GetCapability when HandleQuery.Is(command, header, out uint first, out uint count) => HandleQuery.Answer(_handles.List(client, first), first, count, response),
            _ => ExecuteMapped(client, command, layout, shape, response, cancellationToken),
        };
    }

    /// <summary>Replaces the handles by the TPM's, executes, and replaces the response's by the client's.</summary>
    private int ExecuteMapped(ManagedClient client, ReadOnlySpan<byte> command, CommandLayout layout, TpmaCc shape, Span<byte> response, CancellationToken cancellationToken)
    {
        bool makesSession = shape.CommandCode == TpmCc.StartAuthSession;
        uint code = shape.ResponseHandle ? _handles.CheckLimit(client, makesSession) : TpmRc.Success;
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
            _memory.Sessions.Reserve();
        }
        else
        {
            _memory.Objects.Reserve(shape.ResponseHandle ? 1 : 0);
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

        if (shape.ResponseHandle)
        {
            _handles.Adopt(client, response);
        }

        _handles.ForgetEnded(client, layout, shape);
        _inDoubt |= shape.Extensive; // TPM2_Clear and its kin flush what they like
        return length;
    }

    private int FlushContext(ManagedClient client, uint handle, Span<byte> response)
    {
        if (client.Objects.TryGetValue(handle, out ManagedObject? flushed))
        {
            _memory.Objects.Flush(flushed);
        }
        else if (_memory.Sessions.Find(handle) is { } session && (session.Owner ?? session.Saver) == client)
        {
            _memory.Sessions.Flush(session);
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
                uint code = _memory.Use(saved, TpmRc.ReferenceH0);
                if (code != TpmRc.Success || (code = _own.Send(TpmCc.ContextSave, saved.Handle)) != TpmRc.Success)
                {
                    return Refuse(code, response);
                }

                saved.Keep(_own.Answer);
            }

            return Give(saved.Context, response);
        }

        if (_memory.Sessions.Find(handle) is not { } session || session.Owner != client)
        {
            return Refuse(TpmRc.ReferenceH0, response);
        }

        uint result = _memory.Sessions.Save(session);
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
        ManagedSession? known = isSession ? _memory.Sessions.Find(saved) : null;
        uint code = known?.Saver == client ? TpmRc.Success : _handles.CheckLimit(client, isSession); // its own counts already
        if (code != TpmRc.Success)
        {
            return Refuse(code, response);
        }

        if (known is not null)
        {
            // What the client has may be older than what the TPM takes: the manager has saved it again since.
            code = known.Owner is null && context.SequenceEqual(known.Given) ? _memory.Use(known, HandleOfParameter1) : HandleOfParameter1;
            if (code != TpmRc.Success)
            {
                return Refuse(code, response);
            }

            (known.Owner, known.Saver, known.Given) = (client, null, null);
            BinaryPrimitives.WriteUInt32BigEndian(response[TpmHeader.Size..], saved);
            new TpmHeader(TpmHeader.NoSessions, TpmHeader.Size + sizeof(uint), TpmRc.Success).Write(response);
            return TpmHeader.Size + sizeof(uint);
        }

        _memory.Objects.Reserve(isSession ? 0 : 1);
        int length = Transmit(command, response, out code, cancellationToken);
        if (code == TpmRc.Success)
        {
            _handles.Adopt(client, response)?.Keep(context);
        }

        return length;
    }

    /// <summary>Executes a command, again whenever the TPM had no room for it and has some now.</summary>
    private int Transmit(ReadOnlySpan<byte> command, Span<byte> response, out uint code, CancellationToken cancellationToken)
    {
        int length;
        do
        {
            length = Inner.Transmit(command, response, cancellationToken);
            code = TpmHeader.Read(response).Code;
        }
        while (code != TpmRc.Success && (_memory.MakeRoom(code) || WasStartedAgain(command, code)));

        return length;
    }

    /// <summary>
    /// Whether the TPM was reset from outside and is started now. A command that has handles of before the reset goes to
    /// a TPM that no longer knows them, and its client is told so.
    /// </summary>
    private bool WasStartedAgain(ReadOnlySpan<byte> command, uint code)
    {
        if (code != TpmRc.Initialize || TpmHeader.Read(command).Code == (uint)TpmCc.Startup)
        {
            return false;
        }

        WasReset();
        return _options.StartAfterReset && _own.Send(PowerUp.StartupCommand(TpmFamily.Tpm20)) == TpmRc.Success;
    }

    /// <summary>Learns the TPM's commands, once it is started, and gets back into step after something went wrong.</summary>
    private bool IsReady()
    {
        if (!_ready)
        {
            if (!_shapes.TryRead(_own))
            {
                return false;
            }

            _memory.Sessions.ReadGap();
            _ready = _inDoubt = true;
        }

        if (_inDoubt)
        {
            _inDoubt = !_memory.TryCompare();
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

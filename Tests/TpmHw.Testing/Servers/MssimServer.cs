using System.Buffers.Binary;
using System.Net.Sockets;
using TpmHw.Wire;

namespace TpmHw.Testing;

/// <summary>Speaks the protocol of Microsoft's simulator (TpmTcpProtocol.h) on two sockets, in front of a far side.</summary>
public sealed class MssimServer : IDisposable
{
    private readonly FarSide _far;
    private readonly StreamServer _commands;
    private readonly StreamServer _platform;
    private volatile bool _powered;
    private int _sessionsEnded;

    /// <summary>Serves a far side.</summary>
    /// <param name="far">The TPM.</param>
    /// <param name="kind">What to listen on.</param>
    /// <param name="powered">Whether the TPM has power before the first client switches it on.</param>
    public MssimServer(FarSide far, SocketKind kind, bool powered = true)
    {
        _far = far;
        _powered = powered;
        _commands = new StreamServer(kind, ServeCommands);
        _platform = new StreamServer(kind, ServePlatform);
    }

    /// <summary>The connection string that leads here.</summary>
    public string ConnectionString => $"mssim:{_commands.Options},platform-{(_platform.Kind == SocketKind.Unix ? "path" : "port")}={_platform.Place}";

    /// <summary>Whether the TPM has power.</summary>
    public bool IsPowered => _powered;

    /// <summary>How many connections were ended by SESSION_END.</summary>
    public int SessionsEnded => Volatile.Read(ref _sessionsEnded);

    /// <inheritdoc/>
    public void Dispose()
    {
        _commands.Dispose();
        _platform.Dispose();
    }

    private void ServeCommands(Socket connection)
    {
        while (TryReadNumber(connection, out uint request))
        {
            switch (request)
            {
                case 5:
                    _far.Tpm.FindAbility<ITpmHashSequence>()!.HashStart();
                    break;
                case 6:
                    byte[] data = ReadBlock(connection);
                    _far.Tpm.FindAbility<ITpmHashSequence>()!.HashData(data);
                    break;
                case 7:
                    _far.Tpm.FindAbility<ITpmHashSequence>()!.HashEnd();
                    break;
                case 8:
                    if (!Execute(connection))
                    {
                        return;
                    }

                    continue;
                case 20:
                    Interlocked.Increment(ref _sessionsEnded);
                    return;
                default:
                    return;
            }

            Acknowledge(connection);
        }
    }

    private void ServePlatform(Socket connection)
    {
        while (TryReadNumber(connection, out uint request))
        {
            switch (request)
            {
                case 1 when !_powered:
                    _far.Tpm.FindAbility<ITpmReset>()!.Reset();
                    _powered = true;
                    break;
                case 2:
                    _powered = false;
                    break;
                case 9:
                    _far.Cancel();
                    break;
                case 10:
                    _far.StopCancelling();
                    break;
                case 1 or 11 or 12:
                    break;
                case 20:
                    Interlocked.Increment(ref _sessionsEnded);
                    return;
                default:
                    connection.Send([0, 0, 0, 1]);
                    return;
            }

            Acknowledge(connection);
        }
    }

    private bool Execute(Socket connection)
    {
        Span<byte> locality = stackalloc byte[1];
        StreamServer.TryRead(connection, locality);
        byte[] command = ReadBlock(connection);
        if (!_powered)
        {
            connection.Send(new byte[8]);
            return true;
        }

        _far.Tpm.FindAbility<ITpmLocality>()!.Locality = locality[0];
        FarSideReply reply = _far.Execute(command);
        if (reply.Bytes.Length > 0)
        {
            // The frame repeats what the response says of its own size, so that a lie is one here as well.
            uint size = reply.Bytes.Length >= TpmHeader.Size ? TpmHeader.Read(reply.Bytes).TotalSize : TpmHeader.Size;
            byte[] head = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(head, size);
            byte[] tail = size <= reply.Bytes.Length ? new byte[4] : [];
            RawServer.Send(connection, reply with { Bytes = [.. head, .. reply.Bytes, .. tail] });
        }

        return !reply.ThenClose;
    }

    private static void Acknowledge(Socket connection) => connection.Send(new byte[4]);

    private static bool TryReadNumber(Socket connection, out uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        bool read = StreamServer.TryRead(connection, bytes);
        number = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return read;
    }

    private static byte[] ReadBlock(Socket connection)
    {
        TryReadNumber(connection, out uint length);
        byte[] block = new byte[length];
        StreamServer.TryRead(connection, block);
        return block;
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Sessions;

/// <summary>The authorization area of one command and of its response: HMACs and parameter encryption (Part 1, 18 to 21).</summary>
internal sealed class SessionArea(int maxMessage) : IDisposable
{
    private static readonly byte[] s_zeros = new byte[TpmHash.MaxSize];

    private readonly ParameterCipher _cipher = new(maxMessage);

    // A code, three Names, and the parameters: what cpHash and rpHash are made of.
    private readonly byte[] _hashed = GC.AllocateArray<byte>(maxMessage + 3 * TpmName.MaxSize, pinned: true);
    private readonly TpmSecret _newAuth = new(TpmHash.MaxSize);
    private readonly SessionSlot[] _slots = [new(), new(), new()];
    private int _count;
    private TpmCommandInfo _info;
    private TpmEntities _entities;
    private TpmSession? _decrypt;
    private TpmSession? _encrypt;

    /// <summary>Chooses what each session of a command does.</summary>
    /// <param name="info">The command.</param>
    /// <param name="entities">Its handles.</param>
    /// <param name="sessions">Its sessions; authorised handles without one take a password.</param>
    public void Plan(in TpmCommandInfo info, in TpmEntities entities, TpmSessions sessions)
    {
        (_info, _entities, _decrypt, _encrypt) = (info, entities, null, null);
        _count = Math.Max(info.AuthorizedHandles, sessions.Count);
        for (int i = 0; i < _count; i++)
        {
            TpmEntity? entity = i < info.AuthorizedHandles ? entities[i] : null;
            TpmSession? session = i < sessions.Count ? sessions[i] : null;
            _slots[i].Set(session, entity, session is null ? TpmaSession.ContinueSession : AttributesOf(session, entity));
        }
    }

    /// <summary>Writes a whole command.</summary>
    /// <returns>Its length.</returns>
    public int Write<TCommand>(in TCommand command, Span<byte> message)
        where TCommand : ITpmMessage<TCommand>
    {
        var writer = new TpmWriter(message[TpmHeader.Size..]);
        command.WriteHandles(ref writer);
        int start = writer.OpenSize32();
        for (int i = 0; i < _count; i++)
        {
            WriteSlot(_slots[i], ref writer);
        }

        writer.CloseSize32(start);
        int parametersAt = TpmHeader.Size + writer.Position;
        command.WriteParameters(ref writer);
        int length = TpmHeader.Size + writer.Position;
        Span<byte> parameters = message[parametersAt..length];
        KeepNewAuth(parameters);
        if (_decrypt is { } session)
        {
            Crypt(session, FirstOf(parameters), encrypts: true);
        }

        for (int i = 0; i < _count; i++)
        {
            Authorize(_slots[i], i, parameters, message);
        }

        new TpmHeader(TpmHeader.Sessions, (uint)length, (uint)_info.Code).Write(message);
        return length;
    }

    /// <summary>Checks a successful response, decrypts it in place, and takes its sessions further.</summary>
    /// <exception cref="TpmFormatException">It is no response to such a command.</exception>
    /// <exception cref="TpmSessionException">An HMAC is wrong. Nothing of the response was used.</exception>
    public void Open(Span<byte> message, out TpmReader handles, out TpmReader parameters)
    {
        Heed();
        var reader = new TpmReader(message);
        ushort tag = reader.ReadUInt16();
        if (tag != TpmHeader.Sessions)
        {
            throw reader.Bad($"the tag 0x{tag:X4} where the command had 0x{TpmHeader.Sessions:X4}");
        }

        uint size = reader.ReadUInt32();
        if (size != (uint)message.Length)
        {
            throw reader.Bad($"a size of {size} in a message of {message.Length} bytes");
        }

        reader.ReadBytes(TpmHeader.Size - reader.Position);
        handles = reader.Slice(_info.ResponseHandles * sizeof(uint));
        uint parameterSize = reader.ReadUInt32();
        if (parameterSize > (uint)reader.Remaining)
        {
            throw reader.Bad($"a parameter size of {parameterSize} with {reader.Remaining} bytes left");
        }

        Span<byte> area = message.Slice(reader.Position, (int)parameterSize);
        reader.ReadBytes(area.Length);
        for (int i = 0; i < _count; i++)
        {
            Check(_slots[i], area, ref reader);
        }

        reader.ReadEnd();
        for (int i = 0; i < _count; i++)
        {
            TakeOver(_slots[i]);
        }

        if (_encrypt is { } session)
        {
            Crypt(session, FirstOf(area), encrypts: false);
        }

        for (int i = 0; i < _count; i++)
        {
            _slots[i].Session?.Follow(_slots[i].Answered, _slots[i].Entity is not null);
        }

        parameters = new(area);
    }

    /// <summary>Forgets the command.</summary>
    public void Clear()
    {
        foreach (SessionSlot slot in _slots)
        {
            slot.Set(null, null, default);
        }

        (_count, _entities, _decrypt, _encrypt) = (0, default, null, null);
        _newAuth.Resize(0);
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _newAuth.Dispose();
    }

    private TpmaSession AttributesOf(TpmSession session, TpmEntity? authorized)
    {
        TpmaSession attributes = session.Attributes & ~(TpmaSession.Decrypt | TpmaSession.Encrypt);
        if (_decrypt is null && _info.TakesDecrypt && (session.Attributes & TpmaSession.Decrypt) != 0)
        {
            _decrypt = session;
            attributes |= TpmaSession.Decrypt;
        }

        if (_encrypt is null && _info.TakesEncrypt && (session.Attributes & TpmaSession.Encrypt) != 0)
        {
            _encrypt = session;
            attributes |= TpmaSession.Encrypt;
        }

        // A session must have something to do; auditing is what an HMAC alone can do for any command.
        const TpmaSession Purpose = TpmaSession.Decrypt | TpmaSession.Encrypt | TpmaSession.Audit;
        return authorized is null && (attributes & Purpose) == 0 ? attributes | TpmaSession.Audit : attributes;
    }

    private static void WriteSlot(SessionSlot slot, ref TpmWriter writer)
    {
        if (slot.Session is not { } session)
        {
            writer.WriteUInt32((uint)TpmRh.Pw);
            writer.WriteSized(default);
            writer.WriteUInt8((byte)slot.Attributes);
            writer.WriteSized(slot.Entity!.AuthValue);
            return;
        }

        session.RollNonceCaller();
        session.Handle.Write(ref writer);
        writer.WriteSized(session.NonceCaller);
        writer.WriteUInt8((byte)slot.Attributes);
        slot.HasHmac = !slot.IsPassword && (session.Type == TpmSe.Hmac || !session.Key.IsEmpty || slot.IncludesAuth);
        slot.HmacAt = TpmHeader.Size + writer.Position + sizeof(ushort);
        if (slot.IsPassword)
        {
            writer.WriteSized(slot.Entity!.AuthValue);
        }
        else
        {
            writer.WriteSized(s_zeros.AsSpan(0, slot.HasHmac ? TpmHash.SizeOf(session.HashAlg) : 0));
        }
    }

    /// <summary>Fills in a session's HMAC (Part 1, 19.6.3).</summary>
    private void Authorize(SessionSlot slot, int index, ReadOnlySpan<byte> parameters, Span<byte> message)
    {
        if (slot.Session is not { } session)
        {
            return;
        }

        HashCommand(session.HashAlg, parameters, slot.CpHash);
        if (!slot.HasHmac)
        {
            return;
        }

        Span<byte> input = stackalloc byte[5 * TpmHash.MaxSize + 1];
        var writer = new TpmWriter(input);
        writer.WriteBytes(slot.CpHash);
        writer.WriteBytes(session.NonceCaller);
        writer.WriteBytes(session.NonceTpm);
        if (index == 0 && slot.Entity is not null)
        {
            WriteOthersNonces(session, ref writer);
        }

        writer.WriteUInt8((byte)slot.Attributes);
        Hmac(slot, writer.Written, message[slot.HmacAt..]);
    }

    /// <summary>The nonces of the encrypting sessions, which tie them to the first session (Part 1, 19.6.5).</summary>
    private void WriteOthersNonces(TpmSession first, ref TpmWriter writer)
    {
        if (_decrypt is not null && _decrypt != first)
        {
            writer.WriteBytes(_decrypt.NonceTpm);
        }

        if (_encrypt is not null && _encrypt != first && _encrypt != _decrypt)
        {
            writer.WriteBytes(_encrypt.NonceTpm);
        }
    }

    private void Check(SessionSlot slot, ReadOnlySpan<byte> area, ref TpmReader reader)
    {
        ReadOnlySpan<byte> nonce = reader.ReadSized(TpmHash.MaxSize);
        slot.Answered = (TpmaSession)reader.ReadUInt8();
        ReadOnlySpan<byte> hmac = reader.ReadSized(TpmHash.MaxSize);
        if (slot.Session is not { } session)
        {
            return;
        }

        slot.NonceTpm = nonce;
        if (!IsRight(slot, session, area, hmac))
        {
            throw new TpmSessionException(
                TpmSessionFault.ResponseNotAuthentic, $"The response to {_info.Code.CommandName()} is not the one that the TPM gave: its HMAC by the session {session.Handle} is wrong.");
        }
    }

    private bool IsRight(SessionSlot slot, TpmSession session, ReadOnlySpan<byte> area, ReadOnlySpan<byte> hmac)
    {
        HashResponse(session.HashAlg, area, slot.RpHash);
        if (!slot.HasHmac)
        {
            return hmac.IsEmpty;
        }

        Span<byte> input = stackalloc byte[3 * TpmHash.MaxSize + 1];
        var writer = new TpmWriter(input);
        writer.WriteBytes(slot.RpHash);
        writer.WriteBytes(slot.NonceTpm);
        writer.WriteBytes(session.NonceCaller);
        writer.WriteUInt8((byte)slot.Answered);
        Span<byte> right = stackalloc byte[TpmHash.MaxSize];
        right = right[..Hmac(slot, writer.Written, right)];
        return CryptographicOperations.FixedTimeEquals(right, hmac);
    }

    private static int Hmac(SessionSlot slot, ReadOnlySpan<byte> input, Span<byte> hmac)
    {
        TpmSession session = slot.Session!;
        Span<byte> key = stackalloc byte[2 * TpmHash.MaxSize];
        int size = KeyOf(session, slot.IncludesAuth ? slot.Entity : null, key);
        int made = TpmHash.Hmac(session.HashAlg, key[..size], input, hmac);
        CryptographicOperations.ZeroMemory(key);
        return made;
    }

    private static int KeyOf(TpmSession session, TpmEntity? entity, Span<byte> key)
    {
        session.Key.CopyTo(key);
        ReadOnlySpan<byte> auth = entity is null ? default : entity.AuthValue;
        auth.CopyTo(key[session.Key.Length..]);
        return session.Key.Length + auth.Length;
    }

    /// <summary>Encrypts a command's parameter, or decrypts a response's.</summary>
    private void Crypt(TpmSession session, Span<byte> parameter, bool encrypts)
    {
        TpmEntity? authorized = null;
        for (int i = 0; i < _count; i++)
        {
            authorized = _slots[i].Session == session ? _slots[i].Entity : authorized;
        }

        Span<byte> key = stackalloc byte[2 * TpmHash.MaxSize];
        int size = KeyOf(session, authorized, key);
        ReadOnlySpan<byte> caller = session.NonceCaller;
        ReadOnlySpan<byte> tpm = session.NonceTpm;
        _cipher.Apply(session.Symmetric, session.HashAlg, key[..size], encrypts ? caller : tpm, encrypts ? tpm : caller, encrypts, parameter);
        CryptographicOperations.ZeroMemory(key);
    }

    private static void TakeOver(SessionSlot slot)
    {
        if (slot.Session is not { } session)
        {
            return;
        }

        session.SetNonceTpm(slot.NonceTpm);
        if ((slot.Attributes & TpmaSession.Audit) != 0)
        {
            session.Audit(slot.CpHash, slot.RpHash, (slot.Attributes & TpmaSession.AuditReset) != 0);
        }
    }

    /// <summary>cpHash (Part 1, 18.7).</summary>
    private void HashCommand(TpmAlgId hash, ReadOnlySpan<byte> parameters, Span<byte> cpHash)
    {
        var writer = new TpmWriter(_hashed);
        writer.WriteUInt32((uint)_info.Code);
        for (int i = 0; i < _info.Handles; i++)
        {
            _entities[i].WriteName(ref writer);
        }

        writer.WriteBytes(parameters);
        HashAndClear(hash, writer.Position, cpHash);
    }

    /// <summary>rpHash (Part 1, 18.8).</summary>
    private void HashResponse(TpmAlgId hash, ReadOnlySpan<byte> parameters, Span<byte> rpHash)
    {
        var writer = new TpmWriter(_hashed);
        writer.WriteUInt32(TpmRc.Success);
        writer.WriteUInt32((uint)_info.Code);
        writer.WriteBytes(parameters);
        HashAndClear(hash, writer.Position, rpHash);
    }

    private void HashAndClear(TpmAlgId hash, int size, Span<byte> digest)
    {
        Span<byte> hashed = _hashed.AsSpan(0, size);
        TpmHash.Hash(hash, hashed, digest);
        CryptographicOperations.ZeroMemory(hashed); // without encryption there can be a secret in it
    }

    private static Span<byte> FirstOf(Span<byte> parameters)
    {
        var reader = new TpmReader(parameters);
        return parameters.Slice(sizeof(ushort), reader.ReadSized().Length);
    }

    private void KeepNewAuth(ReadOnlySpan<byte> parameters)
    {
        if (_info.Code is TpmCc.HierarchyChangeAuth or TpmCc.NvChangeAuth)
        {
            _newAuth.Set(parameters.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16BigEndian(parameters)));
        }
    }

    /// <summary>What the command has changed counts for its own response already (Part 1, 19.6.5).</summary>
    private void Heed()
    {
        _entities.Heed(_info);
        if (_info.Code is TpmCc.HierarchyChangeAuth or TpmCc.NvChangeAuth)
        {
            _entities[0].SetAuthValue(_newAuth.Span);
        }
        else if (_info.Code == TpmCc.Clear && _entities[0].Handle == TpmRh.Lockout)
        {
            _entities[0].SetAuthValue(default);
        }
    }
}

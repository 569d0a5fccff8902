using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Sessions;

/// <summary>
/// The frame of one command and of its response: header, handles, authorization area with up to three sessions or passwords,
/// parameters; HMACs and parameter encryption (Part 1, 16 to 21).
/// </summary>
internal sealed class AuthorizationArea(int maxMessage) : IDisposable
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

    /// <summary>Takes over what is planned for a command.</summary>
    /// <param name="info">The command.</param>
    /// <param name="entities">What its handles stand for.</param>
    /// <param name="plan">Who does what.</param>
    /// <param name="guards">The sessions that the plan's guards are.</param>
    public void Set(in TpmCommandInfo info, in TpmEntities entities, in SessionPlan plan, ReadOnlySpan<TpmSession?> guards)
    {
        (_info, _entities, _decrypt, _encrypt, _count) = (info, entities, null, null, plan.Count);
        int guard = 0;
        for (int i = 0; i < _count; i++)
        {
            SessionRole role = plan[i];
            TpmSession? session = role.Source == SessionSource.Guard ? guards[guard++] : role.Session;
            TpmEntity? entity = i < info.AuthorizedHandles && role.Source != SessionSource.NoPassword ? entities.Find(i) : null;
            _slots[i].Set(session, entity, session is null ? TpmaSession.ContinueSession : role.Attributes);
            _decrypt = (role.Attributes & TpmaSession.Decrypt) != 0 ? session : _decrypt;
            _encrypt = (role.Attributes & TpmaSession.Encrypt) != 0 ? session : _encrypt;
        }
    }

    /// <summary>Writes a whole command.</summary>
    /// <returns>Its length.</returns>
    public int Write<TCommand>(in TCommand command, Span<byte> message)
        where TCommand : ITpmMessage<TCommand>
    {
        var writer = new TpmWriter(message[TpmHeader.Size..]);
        command.WriteHandles(ref writer);
        if (_count > 0)
        {
            int start = writer.OpenSize32();
            for (int i = 0; i < _count; i++)
            {
                WriteSlot(_slots[i], ref writer);
            }

            writer.CloseSize32(start);
        }

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

        new TpmHeader(Tag, (uint)length, (uint)_info.Code).Write(message);
        return length;
    }

    /// <summary>
    /// Checks a successful response, decrypts it in place, and only then takes its sessions further and applies what the
    /// command has changed.
    /// </summary>
    /// <exception cref="TpmFormatException">It is no response to such a command.</exception>
    /// <exception cref="TpmSessionException">An HMAC is wrong. Nothing of the response was used.</exception>
    public void Open(Span<byte> message, out TpmReader handles, out TpmReader parameters)
    {
        var reader = new TpmReader(message);
        ushort tag = reader.ReadUInt16();
        if (tag != Tag)
        {
            throw reader.Bad($"the tag 0x{tag:X4} instead of the command's 0x{Tag:X4}");
        }

        uint size = reader.ReadUInt32();
        if (size != (uint)message.Length)
        {
            throw reader.Bad($"a size of {size} in a message of {message.Length} bytes");
        }

        reader.ReadBytes(TpmHeader.Size - reader.Position);
        handles = reader.Slice(_info.ResponseHandles * sizeof(uint));
        if (_count == 0)
        {
            parameters = reader;
            CommandEffects.Apply(_info.Code, _entities, default);
            return;
        }

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

        CommandEffects.Apply(_info.Code, _entities, _newAuth.Span);
        parameters = new(area);
    }

    /// <summary>
    /// Notes that the command did not end in a response that was verified: an error response has no HMAC, so how far the
    /// sessions' nonces have moved on is not known.
    /// </summary>
    public void LoseStep()
    {
        for (int i = 0; i < _count; i++)
        {
            _slots[i].Session?.LoseStep();
        }
    }

    /// <summary>Forgets the command.</summary>
    public void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            _slots[i].Set(null, null, default);
        }

        (_count, _entities, _decrypt, _encrypt) = (0, default, null, null);
        if (!_newAuth.IsEmpty)
        {
            _newAuth.Resize(0);
        }
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _newAuth.Dispose();
    }

    private ushort Tag => _count > 0 ? TpmHeader.Sessions : TpmHeader.NoSessions;

    private static void WriteSlot(SessionSlot slot, ref TpmWriter writer)
    {
        if (slot.Session is not { } session)
        {
            writer.WriteUInt32((uint)TpmRh.Pw);
            writer.WriteSized(default);
            writer.WriteUInt8((byte)slot.Attributes);
            writer.WriteSized(slot.AuthValue);
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
            writer.WriteSized(slot.AuthValue);
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
        Hmac(slot, slot.AuthValue, writer.Written, message[slot.HmacAt..]);
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
        right = right[..Hmac(slot, AnsweringAuthOf(slot), writer.Written, right)];
        return CryptographicOperations.FixedTimeEquals(right, hmac);
    }

    private static int Hmac(SessionSlot slot, ReadOnlySpan<byte> authValue, ReadOnlySpan<byte> input, Span<byte> hmac)
    {
        Span<byte> key = stackalloc byte[2 * TpmHash.MaxSize];
        int size = KeyOf(slot.Session!, slot.IncludesAuth ? authValue : default, key);
        int made = TpmHash.Hmac(slot.Session!.HashAlg, key[..size], input, hmac);
        CryptographicOperations.ZeroMemory(key);
        return made;
    }

    /// <summary>The authorization value that the response's HMAC is made with, which the command may have changed.</summary>
    private ReadOnlySpan<byte> AnsweringAuthOf(SessionSlot slot) => slot != _slots[0] || slot.Entity is null ? slot.AuthValue
        : CommandEffects.Of(_info.Code).AuthOf(slot.Entity) switch
        {
            AnsweringAuth.New => _newAuth.Span,
            AnsweringAuth.Empty => default,
            _ => slot.AuthValue,
        };

    private static int KeyOf(TpmSession session, ReadOnlySpan<byte> authValue, Span<byte> key)
    {
        session.Key.CopyTo(key);
        authValue.CopyTo(key[session.Key.Length..]);
        return session.Key.Length + authValue.Length;
    }

    /// <summary>Encrypts a command's parameter, or decrypts a response's.</summary>
    private void Crypt(TpmSession session, Span<byte> parameter, bool encrypts)
    {
        SessionSlot slot = _slots[0];
        for (int i = 0; i < _count; i++)
        {
            slot = _slots[i].Session == session ? _slots[i] : slot;
        }

        Span<byte> key = stackalloc byte[2 * TpmHash.MaxSize];
        int size = KeyOf(session, encrypts ? slot.AuthValue : AnsweringAuthOf(slot), key);
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
        if (CommandEffects.Of(_info.Code).AnsweringAuth == AnsweringAuth.New)
        {
            var reader = new TpmReader(parameters);
            _newAuth.Set(reader.ReadSized().TrimEnd((byte)0)); // Part 1, 19.6.4.3
        }
    }
}

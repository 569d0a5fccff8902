using System.Buffers.Binary;
using System.Security.Cryptography;
using TpmHw.Wire;

namespace TpmHw.Testing.Sharing;

/// <summary>What a client of a shared TPM does, by commands made by hand, and what the answers have to be.</summary>
public sealed class TpmClient(ITpmTransport tpm) : IDisposable
{
    private static readonly byte[] s_password = [0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 1, 0, 0]; // an authorisation area with an empty one

    private readonly byte[] _response = new byte[TpmTransportInfo.UsualSize];

    public ITpmTransport Transport => tpm;

    public void Dispose() => tpm.Dispose();

    /// <summary>Sends a command and gives the response code and what follows the header.</summary>
    public (uint Code, byte[] Body) Send(ushort tag, uint code, ReadOnlySpan<byte> body)
    {
        int length = tpm.Transmit(RawCommands.Command(tag, code, body), _response);
        return (TpmHeader.Read(_response).Code, _response[TpmHeader.Size..length]);
    }

    public byte[] Succeed(ushort tag, uint code, ReadOnlySpan<byte> body)
    {
        (uint result, byte[] answer) = Send(tag, code, body);
        Assert.Equal(0u, result);
        return answer;
    }

    public byte[] Random() => Succeed(TpmHeader.NoSessions, 0x17B, [0, 8]);

    /// <summary>TPM2_LoadExternal of an HMAC key.</summary>
    public (uint Code, uint Handle) LoadKey(byte[] key)
    {
        byte[] seed = new byte[32];
        byte[] sensitive = [0, 8, 0, 0, 0, 32, .. seed, 0, (byte)key.Length, .. key];
        byte[] publicArea = [0, 8, 0, 0x0B, 0, 4, 4, 0x40, 0, 0, 0, 5, 0, 0x0B, 0, 32, .. SHA256.HashData([.. seed, .. key])];
        (uint code, byte[] body) = Send(TpmHeader.NoSessions, 0x167, [0, (byte)sensitive.Length, .. sensitive, 0, (byte)publicArea.Length, .. publicArea, 0x40, 0, 0, 7]);
        return (code, code == 0 ? Word(body) : 0);
    }

    /// <summary>Makes an ECC storage key of the owner's, and has it stay at 0x81000001.</summary>
    public void MakePersistent()
    {
        byte[] template = [0, 0x23, 0, 0x0B, 0, 3, 4, 0x72, 0, 0, 0, 6, 0, 0x80, 0, 0x43, 0, 0x10, 0, 3, 0, 0x10, 0, 0, 0, 0];
        byte[] made = Succeed(TpmHeader.Sessions, 0x131, [0x40, 0, 0, 1, .. s_password, 0, 4, 0, 0, 0, 0, 0, (byte)template.Length, .. template, 0, 0, 0, 0, 0, 0]);
        uint primary = Word(made);
        Succeed(TpmHeader.Sessions, 0x120, [0x40, 0, 0, 1, .. Bytes(primary), .. s_password, 0x81, 0, 0, 1]);
        Assert.Equal(0u, Flush(primary));
    }

    /// <summary>Makes an HMAC key under a parent, and loads it.</summary>
    public uint LoadKeyUnder(uint parent)
    {
        byte[] template = [0, 8, 0, 0x0B, 0, 4, 4, 0x72, 0, 0, 0, 5, 0, 0x0B, 0, 0];
        byte[] made = Succeed(TpmHeader.Sessions, 0x153, [.. Bytes(parent), .. s_password, 0, 4, 0, 0, 0, 0, 0, (byte)template.Length, .. template, 0, 0, 0, 0, 0, 0]);
        int privateEnd = 4 + 2 + BinaryPrimitives.ReadUInt16BigEndian(made.AsSpan(4));
        int publicEnd = privateEnd + 2 + BinaryPrimitives.ReadUInt16BigEndian(made.AsSpan(privateEnd));
        return Word(Succeed(TpmHeader.Sessions, 0x157, [.. Bytes(parent), .. s_password, .. made[4..publicEnd]]));
    }

    /// <summary>TPM2_HMAC with a key; null where the TPM refuses.</summary>
    public (uint Code, byte[] Hmac) Hmac(uint key, byte[] data)
    {
        (uint code, byte[] body) = Send(TpmHeader.Sessions, 0x155, [.. Bytes(key), 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 1, 0, 0, 0, (byte)data.Length, .. data, 0, 0x10]);
        return (code, code == 0 ? body[6..38] : []);
    }

    /// <summary>TPM2_StartAuthSession, of a policy session unless another TPM_SE is given.</summary>
    public (uint Code, uint Handle) StartSession(byte kind = 1)
    {
        (uint code, byte[] body) = Send(TpmHeader.NoSessions, 0x176, [0x40, 0, 0, 7, 0x40, 0, 0, 7, 0, 16, .. new byte[16], 0, 0, kind, 0, 0x10, 0, 0x0B]);
        return (code, code == 0 ? Word(body) : 0);
    }

    /// <summary>TPM2_PolicyCommandCode.</summary>
    public uint PolicyCommandCode(uint session, uint command) => Send(TpmHeader.NoSessions, 0x16C, [.. Bytes(session), .. Bytes(command)]).Code;

    /// <summary>TPM2_PolicyGetDigest.</summary>
    public (uint Code, byte[] Digest) PolicyDigest(uint session)
    {
        (uint code, byte[] body) = Send(TpmHeader.NoSessions, 0x189, Bytes(session));
        return (code, code == 0 ? body[2..] : []);
    }

    /// <summary>TPM2_PolicySecret of the owner's, who has an empty authorisation, by an HMAC session.</summary>
    public uint PolicySecret(uint policy, uint hmac) =>
        Send(TpmHeader.Sessions, 0x151, [0x40, 0, 0, 1, .. Bytes(policy), 0, 0, 0, 9, .. Bytes(hmac), 0, 0, 1, 0, 0, .. new byte[10]]).Code;

    public uint Flush(uint handle) => Send(TpmHeader.NoSessions, 0x165, Bytes(handle)).Code;

    public byte[] SaveContext(uint handle) => Succeed(TpmHeader.NoSessions, 0x162, Bytes(handle));

    public (uint Code, uint Handle) LoadContext(byte[] context)
    {
        (uint code, byte[] body) = Send(TpmHeader.NoSessions, 0x161, context);
        return (code, code == 0 ? Word(body) : 0);
    }

    /// <summary>TPM2_HashSequenceStart with SHA-256.</summary>
    public uint StartHash() => Word(Succeed(TpmHeader.NoSessions, 0x186, [0, 0, 0, 0x0B]));

    /// <summary>TPM2_SequenceUpdate.</summary>
    public uint UpdateHash(uint sequence, byte[] data) =>
        Send(TpmHeader.Sessions, 0x15C, [.. Bytes(sequence), 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 1, 0, 0, 0, (byte)data.Length, .. data]).Code;

    /// <summary>TPM2_SequenceComplete.</summary>
    public byte[] CompleteHash(uint sequence) =>
        Succeed(TpmHeader.Sessions, 0x13E, [.. Bytes(sequence), 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 1, 0, 0, 0, 0, 0x40, 0, 0, 7])[6..38];

    /// <summary>TPM2_GetCapability(TPM_CAP_HANDLES).</summary>
    public uint[] Handles(byte kind)
    {
        byte[] body = Succeed(TpmHeader.NoSessions, 0x17A, [0, 0, 0, 1, kind, 0, 0, 0, 0, 0, 0, 0xFE]);
        return [.. Enumerable.Range(0, (int)Word(body.AsSpan(5))).Select(i => Word(body.AsSpan(9 + 4 * i)))];
    }

    public static byte[] Bytes(uint word)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        return bytes;
    }

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}

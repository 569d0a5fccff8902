using System.Security.Cryptography;
using TpmHw.Spec;

namespace TpmHw.Testing.Sharing;

/// <summary>What a client does that has more than a TPM has room for: five keys and two sessions, used in random order, every answer checked.</summary>
public sealed class ClientWork
{
    private const int Keys = 5;
    private const int Sessions = 2;

    private static readonly byte[] s_data = [1, 2, 3];

    private readonly TpmClient _client;
    private readonly byte _number;
    private readonly Random _random;
    private readonly uint[] _keys;
    private readonly uint[] _sessions;
    private readonly int[] _steps = new int[Sessions];

    /// <param name="client">The client.</param>
    /// <param name="number">Which one it is: its keys and policies are its own.</param>
    public ClientWork(TpmClient client, byte number)
    {
        (_client, _number, _random) = (client, number, new Random(number));
        _keys = [.. Enumerable.Range(0, Keys).Select(k => client.LoadKey([number, (byte)k]).Handle)];
        _sessions = [.. Enumerable.Range(0, Sessions).Select(_ => client.StartSession().Handle)];
        Assert.Equal([0x80000000u, 0x80000001u, 0x80000002u, 0x80000003u, 0x80000004u], _keys);
    }

    /// <summary>Has so many clients at work at once, each on a thread of its own.</summary>
    public static Task ByMany(int clients, Action<byte> work) => Task.WhenAll(Enumerable.Range(1, clients).Select(number => Task.Factory.StartNew(
        () => work((byte)number), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    /// <summary>Sends commands in random order.</summary>
    public void Run(int commands)
    {
        for (int i = 0; i < commands; i++)
        {
            int key = _random.Next(Keys), session = _random.Next(Sessions);
            switch (_random.Next(5))
            {
                case 0 or 1:
                    Assert.Equal(Hmac([_number, (byte)key], s_data), _client.Hmac(_keys[key], s_data).Hmac);
                    break;
                case 2:
                    Assert.Equal(0u, _client.PolicyCommandCode(_sessions[session], 0x147u + _number)); // TPM_CC_Certify and on
                    _steps[session]++;
                    break;
                case 3:
                    Assert.Equal(Policy(0x147u + _number, _steps[session]), _client.PolicyDigest(_sessions[session]).Digest);
                    break;
                default:
                    Assert.Equal(_keys, _client.Handles(0x80)); // its own, and nobody else's
                    Assert.Equal(_sessions.Order(), _client.Handles(0x02));
                    break;
            }
        }
    }

    /// <summary>What TPM2_HMAC has to give.</summary>
    public static byte[] Hmac(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    /// <summary>The digest after so many TPM2_PolicyCommandCode (Part 3, 23.11).</summary>
    public static byte[] Policy(uint code, int steps)
    {
        byte[] digest = new byte[32];
        for (int i = 0; i < steps; i++)
        {
            digest = SHA256.HashData([.. digest, .. TpmClient.Bytes((uint)TpmCc.PolicyCommandCode), .. TpmClient.Bytes(code)]);
        }

        return digest;
    }
}

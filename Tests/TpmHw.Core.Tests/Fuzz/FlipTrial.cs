using System.Security.Cryptography;
using TpmHw.Core.Tests.Sessions;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Fuzz;

/// <summary>
/// Somebody between a program and its TPM turns one bit over in each protected command or its response. Whatever the
/// program then believes must be true, or not be believed.
/// </summary>
internal sealed class FlipTrial : IDisposable
{
    private const int NvSize = 32;

    private static readonly byte[] s_secret = "a secret that is sealed, of some length"u8.ToArray();
    private static readonly byte[] s_auth = "a password"u8.ToArray();

    private readonly int _seed;
    private readonly Interposer _wire = new(TransportCatalog.Default.Open("libtpms"));
    private readonly Tpm2 _tpm;
    private readonly TpmObject _parent;
    private readonly TpmObject _item;
    private readonly TpmObject _key;
    private readonly TpmNvIndex _index;
    private readonly (TpmCc Command, Action Use)[] _uses;

    public FlipTrial(int seed)
    {
        _seed = seed;

        // The salt key is persistent, so that what follows a flip costs no new key.
        var before = new Tpm2(_wire, new() { ProtectBus = false });
        using (TpmObject salt = before.CreatePrimary(TpmRh.Endorsement, Keys.EccStorage()))
        {
            before.Commands.EvictControl(TpmRh.Owner, salt, new(0x81010002));
        }

        _tpm = new(_wire);
        _parent = Kept(_tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage(), new(s_auth, default)), 0x81000010);
        var made = Seal();
        _item = Kept(_tpm.Load(_parent, made.OutPrivate, made.OutPublic.PublicArea, s_auth), 0x81000011);
        TpmtPublic area = Keys.HmacFromOutside(SHA256.HashData([.. new byte[32], .. s_secret]));
        var sensitive = new TpmtSensitive(TpmAlgId.KeyedHash, s_auth, new byte[32], new TpmuSensitiveComposite.Bits(s_secret));
        _key = Kept(_tpm.Load(_parent, _tpm.Import(_parent, area, sensitive), area, s_auth), 0x81000012);
        var handle = new TpmHandle(0x01800001);
        TpmaNv attributes = TpmaNv.Of(TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.NoDa);
        _tpm.Commands.NvDefineSpace(TpmRh.Owner, s_auth, new(new(handle, TpmAlgId.Sha256, attributes, default, NvSize)));
        _index = _tpm.OpenNvIndex(handle, s_auth);
        byte[] data = RandomNumberGenerator.GetBytes(NvSize);
        _tpm.Commands.NvWrite(_index, _index, data, 0);
        byte[] mac = HMACSHA256.HashData(s_secret, "data"u8);
        _uses =
        [
            (TpmCc.Unseal, () => Assert.Equal(s_secret, _tpm.Commands.Unseal(_item).OutData.Buffer)),
            (TpmCc.GetRandom, () => Assert.Equal(16, _tpm.Commands.GetRandom(16).RandomBytes.Size)),
            (TpmCc.NvRead, () => Assert.Equal(data, _tpm.Commands.NvRead(_index, _index, NvSize, 0).Data.Buffer)),
            (TpmCc.NvWrite, () => _tpm.Commands.NvWrite(_index, _index, data, 0)),
            (TpmCc.Create, () => Seal()),
            (TpmCc.Import, () => _tpm.Import(_parent, area, sensitive)),
            (TpmCc.Hmac, () => Assert.Equal(mac, _tpm.Commands.Hmac(_key, "data"u8.ToArray(), TpmAlgId.Null).OutHmac.Span)),
            (TpmCc.PcrExtend, () => _tpm.Commands.PcrExtend(TpmHandle.Pcr(16), [new(TpmAlgId.Sha256, new byte[32])])),
        ];
    }

    /// <summary>Turns bits over, and tells how it was.</summary>
    public string Run(int flips)
    {
        var random = new Random(_seed);
        var accepted = new List<string>();
        int again = 0;
        for (int i = 0; i < flips; i++)
        {
            (TpmCc command, Action use) = _uses[i % _uses.Length];
            _wire.FlipNext(random, command);
            try
            {
                use();
                if (_wire.Count(TpmCc.StartAuthSession) + _wire.Count(TpmCc.ReadClock) == 0)
                {
                    accepted.Add($"{command}: {_wire.Flipped}");
                }

                // The command was proved not to have been executed, or is harmless twice, and was sent again.
                again++;
            }
            catch (TpmException e)
            {
                Assert.True(_wire.HasFlipped, $"seed {_seed}: flip {i} did not happen, after {_wire.Flipped}: {e}"); // it was noticed
            }
        }

        Assert.True(accepted.Count == 0, $"seed {_seed}: {string.Join('\n', accepted)}");
        Assert.All(_uses, u => u.Use());
        return $"seed {_seed}: {flips} bits turned over in {_uses.Length} commands and their responses, none accepted, {again} answered by a new session";
    }

    public void Dispose()
    {
        _key.Dispose();
        _item.Dispose();
        _parent.Dispose();
        _index.Dispose();
        _tpm.Dispose();
    }

    /// <summary>The object as a persistent one, which leaves room for the salt key.</summary>
    private TpmObject Kept(TpmObject item, uint handle)
    {
        _tpm.Commands.EvictControl(TpmRh.Owner, item, new(handle));
        item.Dispose();
        return _tpm.OpenObject(new(handle), s_auth);
    }

    private Spec.Commands.Create.Response Seal() =>
        _tpm.Commands.Create(_parent, new(new(s_auth, s_secret)), new(Keys.SealedData()), default, default);
}

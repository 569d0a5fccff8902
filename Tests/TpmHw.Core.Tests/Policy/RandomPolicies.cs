using TpmHw.Spec;

namespace TpmHw.Core.Tests.Policy;

/// <summary>Policies at random: each step is told to a trial session and to the digest that is worked out.</summary>
internal sealed class RandomPolicies(Tpm2 tpm, TpmObject key, TpmNvIndex index, TpmAlgId hash)
{
    // A session takes only one of these; the second would contradict the first.
    private static readonly HashSet<TpmCc> s_exclusive = [TpmCc.PolicyCpHash, TpmCc.PolicyNameHash, TpmCc.PolicyTemplate, TpmCc.PolicyDuplicationSelect];

    private readonly int _size = hash switch { TpmAlgId.Sha1 => 20, TpmAlgId.Sha384 => 48, _ => 32 };
    private Random _random = new();
    private TpmSession _trial = null!;
    private TpmPolicyDigest _digest = null!;
    private HashSet<TpmCc> _taken = [];

    /// <summary>The commands that there are.</summary>
    public static HashSet<TpmCc> All { get; } =
    [
        TpmCc.PolicySigned, TpmCc.PolicySecret, TpmCc.PolicyOr, TpmCc.PolicyPcr, TpmCc.PolicyLocality, TpmCc.PolicyNv, TpmCc.PolicyCounterTimer,
        TpmCc.PolicyCommandCode, TpmCc.PolicyPhysicalPresence, TpmCc.PolicyCpHash, TpmCc.PolicyNameHash, TpmCc.PolicyTemplate,
        TpmCc.PolicyDuplicationSelect, TpmCc.PolicyAuthorize, TpmCc.PolicyAuthorizeNv, TpmCc.PolicyAuthValue, TpmCc.PolicyPassword,
        TpmCc.PolicyNvWritten, TpmCc.PolicyRestart,
    ];

    /// <summary>Those that were used so far.</summary>
    public HashSet<TpmCc> Used { get; } = [];

    public void Check(int seed)
    {
        _random = new(seed);
        _taken = [];
        _digest = new(hash);
        using TpmSession trial = _trial = tpm.StartSession(TpmSe.Trial, hash: hash);
        TpmCc[] all = [.. All];
        for (int steps = _random.Next(1, 9); steps > 0; steps--)
        {
            TpmCc step = all[_random.Next(all.Length)];
            if (IsPossible(step))
            {
                Take(step);
                Used.Add(step);
            }
        }

        Tpm2bDigest given = tpm.Commands.PolicyGetDigest(trial).PolicyDigest;
        Assert.True(given == _digest.Value, $"seed {seed}: {string.Join(", ", _taken)}");
    }

    private bool IsPossible(TpmCc step)
    {
        if (step == TpmCc.PolicyRestart)
        {
            _taken.Clear();
            return true;
        }

        bool isFree = !_taken.Contains(step) && !(s_exclusive.Contains(step) && _taken.Overlaps(s_exclusive))
            && !(step == TpmCc.PolicyCommandCode && _taken.Contains(TpmCc.PolicyDuplicationSelect))
            && !(step == TpmCc.PolicyDuplicationSelect && _taken.Contains(TpmCc.PolicyCommandCode));
        return _taken.Add(step) && isFree;
    }

    private void Take(TpmCc step)
    {
        Tpm2Commands run = tpm.Commands;
        Tpm2bDigest digest = Bytes(_size);
        Tpm2bDigest reference = Bytes(_random.Next(0, 33));
        Tpm2bDigest operand = Bytes(_random.Next(1, 17));
        ushort offset = (ushort)_random.Next(0, 8);
        var operation = (TpmEo)_random.Next(0, 12);
        switch (step)
        {
            case TpmCc.PolicySigned:
                run.PolicySigned(key, _trial, default, default, reference, 0, new(TpmAlgId.Ecdsa, new TpmuSignature.Ecc(TpmAlgId.Sha256, new byte[32], new byte[32])));
                _digest.PolicySigned(key.Name, reference);
                break;
            case TpmCc.PolicySecret:
                run.PolicySecret(TpmRh.Owner, _trial, default, default, reference, 0);
                _digest.PolicySecret(TpmRh.Owner, reference);
                break;
            case TpmCc.PolicyOr:
                Tpm2bDigest[] choice = [.. Enumerable.Range(0, _random.Next(2, 9)).Select(_ => (Tpm2bDigest)Bytes(_size))];
                run.PolicyOr(_trial, [.. choice]);
                _digest.PolicyOr(choice);
                break;
            case TpmCc.PolicyPcr:
                TpmlPcrSelection pcrs = [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(_random.Next(24), _random.Next(24))), new(TpmAlgId.Sha1, TpmsPcrSelect.Of(_random.Next(24)))];
                run.PolicyPcr(_trial, digest, pcrs);
                _digest.PolicyPcr(pcrs, digest);
                break;
            case TpmCc.PolicyLocality:
                var locality = (TpmaLocality)_random.Next(1, 256);
                run.PolicyLocality(_trial, locality);
                _digest.PolicyLocality(locality);
                break;
            case TpmCc.PolicyNv:
                run.PolicyNv(index, index, _trial, operand, offset, operation);
                _digest.PolicyNv(index.Name, operand, offset, operation);
                break;
            case TpmCc.PolicyCounterTimer:
                run.PolicyCounterTimer(_trial, operand, offset, operation);
                _digest.PolicyCounterTimer(operand, offset, operation);
                break;
            case TpmCc.PolicyCommandCode:
                run.PolicyCommandCode(_trial, TpmCc.Unseal);
                _digest.PolicyCommandCode(TpmCc.Unseal);
                break;
            case TpmCc.PolicyPhysicalPresence:
                run.PolicyPhysicalPresence(_trial);
                _digest.PolicyPhysicalPresence();
                break;
            case TpmCc.PolicyCpHash:
                run.PolicyCpHash(_trial, digest);
                _digest.PolicyCpHash(digest);
                break;
            case TpmCc.PolicyNameHash:
                run.PolicyNameHash(_trial, digest);
                _digest.PolicyNameHash(digest);
                break;
            case TpmCc.PolicyTemplate:
                run.PolicyTemplate(_trial, digest);
                _digest.PolicyTemplate(digest);
                break;
            case TpmCc.PolicyDuplicationSelect:
                bool withObject = _random.Next(2) == 0;
                run.PolicyDuplicationSelect(_trial, key.Name, index.Name, withObject);
                _digest.PolicyDuplicationSelect(key.Name, index.Name, withObject);
                break;
            case TpmCc.PolicyAuthorize:
                run.PolicyAuthorize(_trial, digest, reference, key.Name, new(TpmSt.Verified, TpmRh.Null, default));
                _digest.PolicyAuthorize(key.Name, reference);
                break;
            case TpmCc.PolicyAuthorizeNv:
                run.PolicyAuthorizeNv(index, index, _trial);
                _digest.PolicyAuthorizeNv(index.Name);
                break;
            case TpmCc.PolicyAuthValue:
                run.PolicyAuthValue(_trial);
                _digest.PolicyAuthValue();
                break;
            case TpmCc.PolicyPassword:
                run.PolicyPassword(_trial);
                _digest.PolicyPassword();
                break;
            case TpmCc.PolicyNvWritten:
                bool written = _random.Next(2) == 0;
                run.PolicyNvWritten(_trial, written);
                _digest.PolicyNvWritten(written);
                break;
            case TpmCc.PolicyRestart:
                run.PolicyRestart(_trial);
                _digest.PolicyRestart();
                break;
        }
    }

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}

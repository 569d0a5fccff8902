using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Testing.Hostile;

/// <summary>What programs do, without keys and NV memory.</summary>
internal static partial class Scenarios
{
    /// <summary>Random bytes, hierarchies, and what a TPM says of itself.</summary>
    public static IReadOnlyList<HostileScenario> Plain =>
    [
        new("GetRandom", GetRandom),
        new("GetRandom, pinned", GetRandom) { Kind = VictimKind.Pinned },
        new("GetRandom, certified", GetRandom) { Kind = VictimKind.Certified },
        new("HierarchyChangeAuth", static v =>
        {
            using var owner = new TpmEntity(TpmRh.Owner);
            v.Commands.HierarchyChangeAuth(owner, HostileTpm.NewPassword);
        })
        {
            Effect = static t => t.IsOwnerPassword(HostileTpm.NewPassword) ? 1 : 0,
        },
        new("HierarchyChangeAuth, pinned", static v =>
        {
            using var owner = new TpmEntity(TpmRh.Owner);
            v.Commands.HierarchyChangeAuth(owner, HostileTpm.NewPassword);
        })
        {
            Kind = VictimKind.Pinned,
            Effect = static t => t.IsOwnerPassword(HostileTpm.NewPassword) ? 1 : 0,
        },
        new("PCR_Read", static v =>
        {
            PcrRead.Response read = v.Commands.PcrRead([new(TpmAlgId.Sha256, TpmsPcrSelect.Of(HostileTpm.Pcr))]);
            HostileVictim.Believe(read.PcrValues.Count == 1 && read.PcrValues[0].Span.SequenceEqual(v.Real.ReadPcr()), "PCR");
            v.BelieveHonest(TpmCc.PcrRead);
        })
        {
            Prepare = static t => Extend(t.Side),
        },
        new("PCR_Extend", static v => Extend(v.Tpm))
        {
            Effect = static t => CountOfExtends(t.ReadPcr()),
        },
        new("GetCapability", static v =>
        {
            TpmlTaggedTpmProperty? read = Manufacturer(v.Tpm);
            HostileVictim.Believe(read is { } items && items.SequenceEqual(Manufacturer(v.Real.Side)!.Value), "capability");
            v.BelieveHonest(TpmCc.GetCapability);
        }),
        new("ReadClock", static v =>
        {
            TpmsTimeInfo before = v.Real.Side.Commands.ReadClock().CurrentTime;
            TpmsTimeInfo read = v.Commands.ReadClock().CurrentTime;
            TpmsTimeInfo after = v.Real.Side.Commands.ReadClock().CurrentTime;
            HostileVictim.Believe(
                read.ClockInfo.ResetCount == before.ClockInfo.ResetCount && read.ClockInfo.RestartCount == before.ClockInfo.RestartCount
                    && read.Time >= before.Time && read.Time <= after.Time,
                "clock");
            v.BelieveHonest(TpmCc.ReadClock);
        }),
        new("GetTestResult", static v =>
        {
            HostileVictim.Believe(v.Commands.GetTestResult().TestResult.IsSuccess, "test result");
            v.BelieveHonest(TpmCc.GetTestResult);
        }),
        new("PolicyGetDigest", static v =>
        {
            using TpmSession session = v.Tpm.StartSession(TpmSe.Policy);
            v.Commands.PolicyCommandCode(session, TpmCc.Unseal);
            Tpm2bDigest digest = v.Commands.PolicyGetDigest(session).PolicyDigest;
            bool isExpected = digest == TpmPolicy.Of(new Policy.PolicyCommandCode(TpmCc.Unseal)).Digest();
            HostileVictim.Believe(isExpected || WasRestarted(v), "policy digest");
            v.BelieveHonest(TpmCc.PolicyGetDigest);
        }),
        new("Clear", static v => v.Commands.Clear(TpmRh.Lockout))
        {
            Effect = static t => t.Has(HostileTpm.Item) ? 0 : 1,
            LeavesKeys = false,
            UsesLockout = true,
        },
        new("DictionaryAttackLockReset", static v => v.Commands.DictionaryAttackLockReset(TpmRh.Lockout))
        {
            Prepare = static t => t.SpendOneTry(),
            Effect = static t => t.LockoutCounter == 0 ? 1 : 0,
            UsesLockout = true,
        },
    ];

    private static void GetRandom(HostileVictim v)
    {
        byte[] first = v.Tpm.GetRandom(32);
        byte[] second = v.Tpm.GetRandom(32);
        v.Secret(first);
        v.Secret(second);
        HostileVictim.Believe(!first.AsSpan().SequenceEqual(second), "the same random bytes twice");
        v.BelieveHonest(TpmCc.GetRandom, 2);
    }

    private static void Extend(Tpm2 tpm) => tpm.Commands.PcrExtend(
        TpmHandle.Pcr(HostileTpm.Pcr), [new(TpmAlgId.Sha256, SHA256.HashData("measured"u8))]);

    private static TpmlTaggedTpmProperty? Manufacturer(Tpm2 tpm) =>
        (tpm.Commands.GetCapability(TpmCap.TpmProperties, (uint)TpmPt.Manufacturer, 4).CapabilityData.Data as TpmuCapabilities.TpmProperties)?.Items;

    /// <summary>Whether the attacker restarted a policy session: that takes no authority, and a digest that tells it is the right one.</summary>
    private static bool WasRestarted(HostileVictim v) =>
        v.Wire.Armed.Any(static e => e.Executed.Any(static x => (TpmCc)TpmHw.Wire.TpmHeader.Read(x.Command).Code == TpmCc.PolicyRestart));

    private static long CountOfExtends(byte[] value)
    {
        byte[] now = new byte[SHA256.HashSizeInBytes];
        for (int count = 0; count < 4; count++)
        {
            if (now.AsSpan().SequenceEqual(value))
            {
                return count;
            }

            now = SHA256.HashData([.. now, .. SHA256.HashData("measured"u8)]);
        }

        return 99;
    }
}

using System.Buffers.Binary;
using TpmHw.Spec;

namespace TpmHw.Testing.Hostile;

// NV indices and persistent objects.
internal static partial class Scenarios
{
    /// <summary>NV memory.</summary>
    public static IReadOnlyList<HostileScenario> Memory =>
    [
        new("NV_DefineSpace", static v => v.Commands.NvDefineSpace(TpmRh.Owner, HostileTpm.Password, new(HostileTpm.PublicOf(HostileTpm.Wanted))))
        {
            Effect = static t => t.Has(HostileTpm.Wanted) ? 1 : 0,
        },
        new("OpenNvIndex", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted);
            HostileVictim.Believe(index.Handle == HostileTpm.Wanted, "the handle of the index");
            HostileVictim.Believe(index.Name == v.Real.Side.Commands.NvReadPublic(HostileTpm.Wanted).NvName, "the Name of the index");
        })
        {
            Prepare = Two,
        },
        new("NV_ReadPublic", static v =>
        {
            Spec.Commands.NvReadPublic.Response read = v.Commands.NvReadPublic(HostileTpm.Wanted);
            HostileVictim.Believe(read == v.Real.Side.Commands.NvReadPublic(HostileTpm.Wanted), "NV public area");
        })
        {
            Prepare = Two,
        },
        new("NV_Write", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
            v.Commands.NvWrite(index, index, HostileTpm.Sealed, 0);
        })
        {
            Prepare = static t =>
            {
                t.Define(HostileTpm.Wanted);
                t.Define(HostileTpm.Other, HostileTpm.OtherData);
            },
            Effect = static t => t.ReadIndex(HostileTpm.Wanted).AsSpan().SequenceEqual(HostileTpm.Sealed) ? 1 : 0,
        },
        new("NV_Read", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
            byte[] data = v.Commands.NvRead(index, index, (ushort)HostileTpm.Sealed.Length, 0).Data.Span.ToArray();
            HostileVictim.Believe(data, HostileTpm.Sealed, "NV data");
        })
        {
            Prepare = Two,
        },
        new("NV_Read by the owner, a bare handle", static v =>
        {
            byte[] data = v.Commands.NvRead(TpmRh.Owner, HostileTpm.Wanted, (ushort)HostileTpm.Sealed.Length, 0).Data.Span.ToArray();
            HostileVictim.Believe(data, HostileTpm.Sealed, "NV data");
        })
        {
            Prepare = Two,
        },
        new("NV_Increment", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
            v.Commands.NvIncrement(index, index);
        })
        {
            Prepare = static t => Counter(t, null),
            Effect = Count,
        },
        new("NV_Increment under PolicyAuthValue", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
            using TpmSession session = v.Tpm.Satisfy(HostileTpm.AuthValuePolicy, command: TpmCc.NvIncrement, target: index);
            v.Commands.NvIncrement(index, index, session);
        })
        {
            Prepare = static t => Counter(t, HostileTpm.AuthValuePolicy),
            Effect = Count,
        },
        new("NV_Increment under PolicyPCR", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted);
            using TpmSession session = v.Tpm.Satisfy(v.Real.PcrPolicy, command: TpmCc.NvIncrement, target: index);
            v.Commands.NvIncrement(index, index, session);
        })
        {
            Prepare = static t => Counter(t, t.PcrPolicy),
            Effect = Count,
        },
        new("NV_ReadLock", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
            v.Commands.NvReadLock(index, index);
        })
        {
            Prepare = Two,
            Effect = IsLocked,
        },
        new("NV_ReadLock under PolicyPCR", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted);
            using TpmSession session = v.Tpm.Satisfy(v.Real.PcrPolicy, command: TpmCc.NvReadLock, target: index);
            v.Commands.NvReadLock(index, index, session);
        })
        {
            Prepare = static t => t.Define(HostileTpm.Wanted, HostileTpm.Sealed, policy: t.PcrPolicy, more: TpmaNvFlags.PolicyRead | TpmaNvFlags.PolicyWrite),
            Effect = IsLocked,
        },
        new("NV_UndefineSpace", static v => v.Commands.NvUndefineSpace(TpmRh.Owner, HostileTpm.Wanted))
        {
            Prepare = Two,
            Effect = static t => (t.Has(HostileTpm.Wanted) ? 0 : 1) + (t.Has(HostileTpm.Other) ? 0 : 10),
        },
        new("NV_UndefineSpace of an opened index", static v =>
        {
            using TpmNvIndex index = v.Tpm.OpenNvIndex(HostileTpm.Wanted);
            v.Commands.NvUndefineSpace(TpmRh.Owner, index);
        })
        {
            Prepare = Two,
            Effect = static t => (t.Has(HostileTpm.Wanted) ? 0 : 1) + (t.Has(HostileTpm.Other) ? 0 : 10),
        },
        new("EvictControl", static v =>
        {
            using TpmObject made = v.Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(HostileTpm.Password, HostileTpm.Sealed));
            v.Commands.EvictControl(TpmRh.Owner, made, s_place);
        })
        {
            Effect = static t => t.Has(s_place) ? 1 : 0,
        },
    ];

    private static readonly TpmHandle s_place = new(0x81000020);

    private static void Two(HostileTpm tpm)
    {
        tpm.Define(HostileTpm.Wanted, HostileTpm.Sealed);
        tpm.Define(HostileTpm.Other, HostileTpm.OtherData);
    }

    private static void Counter(HostileTpm tpm, TpmPolicy? policy)
    {
        TpmaNvFlags more = policy is null ? TpmaNvFlags.None : TpmaNvFlags.PolicyRead | TpmaNvFlags.PolicyWrite;
        foreach (TpmHandle handle in (TpmHandle[])[HostileTpm.Wanted, HostileTpm.Other])
        {
            tpm.Define(handle, null, TpmNt.Counter, policy, more);
            tpm.Side.Commands.NvIncrement(TpmRh.Owner, handle);
        }
    }

    private static long Count(HostileTpm tpm) => BinaryPrimitives.ReadInt64BigEndian(tpm.ReadIndex(HostileTpm.Wanted));

    private static long IsLocked(HostileTpm tpm) =>
        (tpm.Side.Commands.NvReadPublic(HostileTpm.Wanted).NvPublic.NvPublic.Attributes.Flags & TpmaNvFlags.ReadLocked) != 0 ? 1 : 0;
}

using System.Globalization;
using TpmHw.Execution;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Endorsement;

/// <summary>Reads whole NV indices that need no secret, such as the maker's.</summary>
internal static class NvReader
{
    // The least that the platform profile demands of a TPM at once (TPM_PT_NV_BUFFER_MAX).
    private const int AtOnce = 512;

    // More than any certificate or template has: what the TPM says of sizes decides how long is read.
    private const int MaxSize = 16 * 1024;

    /// <summary>Reads an index with its own empty authorization value, or with the owner's.</summary>
    public static NvContents Read(ICommandSender tpm, TpmHandle index, CancellationToken cancellationToken)
    {
        TpmsNvPublic area;
        try
        {
            area = tpm.Run<NvReadPublic, NvReadPublic.Response>(new(index), cancellationToken).NvPublic.NvPublic;
        }
        catch (TpmCommandException e) when (e.Code.Base.Value != TpmRc.Initialize)
        {
            return e.Code.Base.Value == TpmRc.Handle ? NvContents.Absent : Unreadable($"the TPM does not describe it: {e.Code}");
        }

        return Objection(area, index) is { } objection ? Unreadable(objection)
            : area.Attributes.Flags.HasFlag(TpmaNvFlags.Written) ? Read(tpm, area, cancellationToken)
            : NvContents.NotWritten;
    }

    private static string? Objection(in TpmsNvPublic area, TpmHandle asked) =>
        area.NvIndex != asked ? $"the TPM describes {area.NvIndex} instead"
        : area.Attributes.Type != TpmNt.Ordinary ? $"it is of the kind {area.Attributes.Type.SpecName() ?? "unknown"}"
        : area.DataSize > MaxSize ? string.Create(CultureInfo.InvariantCulture, $"the TPM says that it has {area.DataSize} bytes")
        : null;

    private static NvContents Read(ICommandSender tpm, in TpmsNvPublic area, CancellationToken cancellationToken)
    {
        TpmaNvFlags flags = area.Attributes.Flags;
        TpmResponseCode? refusal = null;
        foreach (TpmHandle authorization in Authorizations(area.NvIndex, flags))
        {
            try
            {
                return Read(tpm, area, authorization, cancellationToken);
            }
            catch (TpmCommandException e) when (e.Code.Base.Value != TpmRc.Initialize)
            {
                switch (e.Code.Base.Value)
                {
                    case TpmRc.NvUninitialized:
                        return NvContents.NotWritten;
                    case TpmRc.NvLocked:
                        return Unreadable("it is locked until the TPM restarts");
                    default:
                        refusal = e.Code;
                        break;
                }
            }
        }

        string only = flags.HasFlag(TpmaNvFlags.OwnerRead) ? "the owner"
            : flags.HasFlag(TpmaNvFlags.AuthRead) ? "someone who knows its authorization value"
            : flags.HasFlag(TpmaNvFlags.PpRead) ? "the platform's firmware"
            : "someone who satisfies its policy";
        return new(NvState.NotAuthorized, default, $"it is there, but only {only} may read it{(refusal is null ? "" : $" ({refusal})")}");
    }

    /// <summary>
    /// Who may read it, as far as that needs no secret. An index that counts towards the lockout is asked last: if it has an
    /// authorization value after all, the try costs one (Part 1, 19.8).
    /// </summary>
    private static List<TpmHandle> Authorizations(TpmHandle index, TpmaNvFlags flags)
    {
        var all = new List<TpmHandle>();
        if (flags.HasFlag(TpmaNvFlags.OwnerRead))
        {
            all.Add(TpmRh.Owner);
        }

        if (flags.HasFlag(TpmaNvFlags.AuthRead))
        {
            all.Insert(flags.HasFlag(TpmaNvFlags.NoDa) ? 0 : all.Count, index);
        }

        return all;
    }

    private static NvContents Read(ICommandSender tpm, in TpmsNvPublic area, TpmHandle authorization, CancellationToken cancellationToken)
    {
        byte[] all = new byte[area.DataSize];
        for (int done = 0; done < all.Length;)
        {
            ushort some = (ushort)Math.Min(AtOnce, all.Length - done);
            Tpm2bMaxNvBuffer data = tpm.Run<NvRead, NvRead.Response>(new(authorization, area.NvIndex, some, (ushort)done), cancellationToken).Data;
            if (data.Size != some)
            {
                return Unreadable(string.Create(CultureInfo.InvariantCulture, $"the TPM gave {data.Size} bytes when asked for {some}"));
            }

            data.Span.CopyTo(all.AsSpan(done));
            done += some;
        }

        return new(NvState.Read, all);
    }

    private static NvContents Unreadable(string finding) => new(NvState.Unreadable, default, finding);
}

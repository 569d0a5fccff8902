using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>An NV index. Its Name goes along with the attributes that its own commands set.</summary>
public sealed class TpmNvIndex : TpmEntity
{
    internal TpmNvIndex(in TpmsNvPublic publicArea, Tpm2bName name, ReadOnlySpan<byte> authValue)
        : base(publicArea.NvIndex, authValue)
    {
        Refresh(publicArea);
        if (Name != name)
        {
            throw new TpmSessionException(TpmSessionFault.WrongName, $"The TPM says that the NV index {Handle} has the Name {name}; by its public area it is {Name}.");
        }
    }

    /// <summary>Its public area, as far as this object has seen it change.</summary>
    public TpmsNvPublic PublicArea { get; private set; }

    internal override bool CountsFailures => ((TpmaNvFlags)PublicArea.Attributes.Value & TpmaNvFlags.NoDa) == 0;

    internal override bool UsesUpTries => PublicArea.Attributes.Type is TpmNt.PinPass or TpmNt.PinFail;

    /// <summary>Takes over what the TPM says of the index now.</summary>
    internal void Refresh(in TpmsNvPublic publicArea)
    {
        PublicArea = publicArea;
        SetName(TpmName.Of(publicArea));
    }

    /// <summary>
    /// Whether a public area can be that of the same index at another time: what a TPM changes of it is whether it was written
    /// and is locked (Part 2, 13.4). All else takes a new definition, which counts as the same index if who may do what with it is
    /// the same: only its size is another.
    /// </summary>
    internal bool IsSameIndexAs(in TpmsNvPublic other)
    {
        const uint States = (uint)(TpmaNvFlags.Written | TpmaNvFlags.WriteLocked | TpmaNvFlags.ReadLocked);
        TpmaNv before = PublicArea.Attributes;
        return PublicArea == other with { DataSize = PublicArea.DataSize, Attributes = new(other.Attributes.Value & ~States | before.Value & States) };
    }

    internal override void ApplyEffect(TpmCc command)
    {
        TpmaNvFlags set = command switch
        {
            TpmCc.NvWrite or TpmCc.NvIncrement or TpmCc.NvExtend or TpmCc.NvSetBits => TpmaNvFlags.Written,
            TpmCc.NvWriteLock => TpmaNvFlags.WriteLocked,
            TpmCc.NvReadLock => TpmaNvFlags.ReadLocked,
            _ => TpmaNvFlags.None,
        };
        var attributes = new TpmaNv(PublicArea.Attributes.Value | (uint)set);
        if (attributes != PublicArea.Attributes)
        {
            Refresh(PublicArea with { Attributes = attributes });
        }
    }
}

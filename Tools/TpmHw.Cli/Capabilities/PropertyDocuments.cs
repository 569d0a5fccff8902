using TpmHw.Cli.Output;
using TpmHw.Spec;

namespace TpmHw.Cli.Capabilities;

/// <summary>The properties of a TPM (Part 2, 6.13) as tpm2_getcap writes them.</summary>
internal static class PropertyDocuments
{
    private const uint FixedGroup = 0x100;
    private const uint VariableGroup = 0x200;
    private const int FlagColumn = 27;

    // tpm2-tools 5.4 leaves out what later specifications added; 'tpmhw info' has it.
    private const TpmPt LastFixed = TpmPt.Modes;

    public static void Fixed(CapabilityReader tpm, DocumentWriter document)
    {
        document.BeginMap();
        foreach (TpmsTaggedProperty property in tpm.Properties(FixedGroup).Where(static p => p.Property <= LastFixed))
        {
            document.BeginMap(Name(property));
            Raw(property, document);
            Explain(property, document);
            document.EndMap();
        }

        document.EndMap();
    }

    public static void Variable(CapabilityReader tpm, DocumentWriter document)
    {
        document.BeginMap();
        foreach (TpmsTaggedProperty property in tpm.Properties(VariableGroup))
        {
            switch (property.Property)
            {
                case TpmPt.Permanent:
                    Permanent(property, document);
                    break;
                case TpmPt.StartupClear:
                    StartupClear(property, document);
                    break;
                default:
                    document.Number(Name(property), property.Value, NumberForm.Hex);
                    break;
            }
        }

        document.EndMap();
    }

    private static string Name(TpmsTaggedProperty property) =>
        property.Property.SpecName() is { } name ? SpecText.Tss(name) : SpecText.Unknown((uint)property.Property);

    private static void Raw(TpmsTaggedProperty property, DocumentWriter document) =>
        document.Number("raw", property.Value, property.Property == TpmPt.Level ? NumberForm.Decimal : NumberForm.Hex);

    /// <summary>What the number says, where it is more than a number.</summary>
    private static void Explain(TpmsTaggedProperty property, DocumentWriter document)
    {
        switch (property.Property)
        {
            case TpmPt.Revision:
                document.Hundredths("value", property.Value);
                break;
            case TpmPt.FamilyIndicator or TpmPt.Manufacturer:
                document.Text("value", SpecText.Characters(property.Value), quoted: true);
                break;
            case TpmPt.VendorString1 or TpmPt.VendorString2 or TpmPt.VendorString3 or TpmPt.VendorString4:
                document.Text("value", SpecText.Characters(property.Value).Trim(), quoted: true);
                break;
            case TpmPt.Modes when new TpmaModes(property.Value).Fips140_2:
                document.Text("value", "TPMA_MODES_FIPS_140_2");
                break;
        }
    }

    private static void Permanent(TpmsTaggedProperty property, DocumentWriter document)
    {
        var bits = (TpmaPermanent)property.Value;
        document.BeginMap(Name(property), FlagColumn);
        Flag("ownerAuthSet", bits.HasFlag(TpmaPermanent.OwnerAuthSet));
        Flag("endorsementAuthSet", bits.HasFlag(TpmaPermanent.EndorsementAuthSet));
        Flag("lockoutAuthSet", bits.HasFlag(TpmaPermanent.LockoutAuthSet));
        Flag("reserved1", (property.Value & 0xF8) != 0);
        Flag("disableClear", bits.HasFlag(TpmaPermanent.DisableClear));
        Flag("inLockout", bits.HasFlag(TpmaPermanent.InLockout));
        Flag("tpmGeneratedEPS", bits.HasFlag(TpmaPermanent.TpmGeneratedEps));
        Flag("reserved2", (property.Value & 0xFFFF_F800) != 0);
        document.EndMap();

        void Flag(string name, bool value) => document.Flag(name, value, FlagForm.Digit);
    }

    private static void StartupClear(TpmsTaggedProperty property, DocumentWriter document)
    {
        var bits = (TpmaStartupClear)property.Value;
        document.BeginMap(Name(property), FlagColumn);
        Flag("phEnable", bits.HasFlag(TpmaStartupClear.PhEnable));
        Flag("shEnable", bits.HasFlag(TpmaStartupClear.ShEnable));
        Flag("ehEnable", bits.HasFlag(TpmaStartupClear.EhEnable));
        Flag("phEnableNV", bits.HasFlag(TpmaStartupClear.PhEnableNv));
        Flag("reserved1", (property.Value & 0x7FFF_FFF0) != 0);
        Flag("orderly", bits.HasFlag(TpmaStartupClear.Orderly));
        document.EndMap();

        void Flag(string name, bool value) => document.Flag(name, value, FlagForm.Digit);
    }
}

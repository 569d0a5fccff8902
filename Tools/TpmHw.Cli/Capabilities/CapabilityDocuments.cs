using System.Globalization;
using TpmHw.Cli.Output;
using TpmHw.Spec;

namespace TpmHw.Cli.Capabilities;

/// <summary>Capabilities as tpm2_getcap writes them: names, order, columns and forms of numbers are its.</summary>
internal static class CapabilityDocuments
{
    // tpm2-tools 5.4 names no later command, and what reads its output looks for the number.
    private const TpmCc LastNamed = TpmCc.PolicyAcSendSelect;

    public static void Algorithms(CapabilityReader tpm, DocumentWriter document)
    {
        document.BeginMap();
        foreach (TpmsAlgProperty algorithm in tpm.Algorithms())
        {
            uint bits = (uint)algorithm.AlgProperties;
            document.BeginMap(SpecText.Algorithm(algorithm.Alg), column: 12);
            document.Number("value", (uint)algorithm.Alg, NumberForm.Hex);
            Flag("asymmetric", TpmaAlgorithm.Asymmetric);
            Flag("symmetric", TpmaAlgorithm.Symmetric);
            Flag("hash", TpmaAlgorithm.Hash);
            Flag("object", TpmaAlgorithm.Object);
            document.Number("reserved", bits >> 4 & 0xF, NumberForm.Hex);
            Flag("signing", TpmaAlgorithm.Signing);
            Flag("encrypting", TpmaAlgorithm.Encrypting);
            Flag("method", TpmaAlgorithm.Method);
            document.EndMap();

            void Flag(string name, TpmaAlgorithm bit) => document.Flag(name, (bits & (uint)bit) != 0, FlagForm.Digit);
        }

        document.EndMap();
    }

    public static void Commands(CapabilityReader tpm, DocumentWriter document)
    {
        document.BeginMap();
        foreach (TpmaCc command in tpm.Commands())
        {
            string? name = command.CommandCode <= LastNamed ? command.CommandCode.SpecName() : null;
            document.BeginMap(name is null ? "0x" + command.Value.ToString("x", CultureInfo.InvariantCulture) : SpecText.Tss(name), column: 14);
            document.Number("value", command.Value, NumberForm.Hex, aligned: false);
            document.Number("commandIndex", (uint)command.CommandIndex, NumberForm.LowerHex);
            document.Number("reserved1", command.Value >> 16 & 0x3F, NumberForm.LowerHex);
            document.Flag("nv", command.Nv, FlagForm.Digit);
            document.Flag("extensive", command.Extensive, FlagForm.Digit);
            document.Flag("flushed", command.Flushed, FlagForm.Digit);
            document.Number("cHandles", (uint)command.CommandHandles, NumberForm.LowerHex);
            document.Flag("rHandle", command.ResponseHandle, FlagForm.Digit);
            document.Flag("V", command.Vendor, FlagForm.Digit);
            document.Number("Res", command.Value >> 30, NumberForm.LowerHex);
            document.EndMap();
        }

        document.EndMap();
    }

    public static void Pcrs(CapabilityReader tpm, DocumentWriter document)
    {
        document.BeginMap();
        document.BeginList("selected-pcrs");
        foreach (TpmsPcrSelection bank in tpm.Pcrs())
        {
            document.BeginMap();
            document.Numbers(SpecText.Algorithm(bank.Hash), [.. bank.PcrSelect.Pcrs()]);
            document.EndMap();
        }

        document.EndList();
        document.EndMap();
    }

    public static void EccCurves(CapabilityReader tpm, DocumentWriter document)
    {
        document.BeginMap();
        foreach (TpmEccCurve curve in tpm.EccCurves())
        {
            document.Number(curve.SpecName() is { } name ? SpecText.Tss(name) : SpecText.Unknown((uint)curve), (uint)curve, NumberForm.Hex);
        }

        document.EndMap();
    }

    /// <summary>Handles of one kind.</summary>
    public static Action<CapabilityReader, DocumentWriter> Handles(uint first) => (tpm, document) =>
    {
        document.BeginList();
        foreach (TpmHandle handle in tpm.Handles(first))
        {
            document.Item(handle.Value, NumberForm.Hex);
        }

        document.EndList();
    };
}

using System.Collections.Frozen;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace TpmHw.Core.Tests.Architecture;

/// <summary>The metadata tokens in a method's IL (ECMA-335, III.1): what it calls, reads, makes and casts to.</summary>
internal static class IlTokens
{
    private static readonly FrozenDictionary<int, OpCode> s_opCodes = typeof(OpCodes).GetFields()
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(static code => (int)(ushort)code.Value);

    public static IEnumerable<EntityHandle> Of(byte[] il)
    {
        for (int at = 0; at < il.Length;)
        {
            int value = il[at++];
            value = value == 0xFE ? value << 8 | il[at++] : value;
            OperandType operand = s_opCodes[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig)
            {
                yield return MetadataTokens.EntityHandle(BitConverter.ToInt32(il, at));
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
                _ => 4,
            };
        }
    }
}

using System.Buffers.Binary;
using TpmHw.Wire;

namespace TpmHw.Tpm12;

/// <summary>TPM 1.2 commands without authorization, as bytes (TPM Main Part 3).</summary>
public static class Tpm12Command
{
    /// <summary>A command.</summary>
    /// <param name="ordinal">Which one.</param>
    /// <param name="parameters">What follows the header.</param>
    public static byte[] Of(Tpm12Cc ordinal, ReadOnlySpan<byte> parameters = default)
    {
        byte[] command = [.. new byte[TpmHeader.Size], .. parameters];
        new TpmHeader(TpmHeader.RequestTpm12, (uint)command.Length, (uint)ordinal).Write(command);
        return command;
    }

    /// <summary>A command with one UINT32.</summary>
    /// <param name="ordinal">Which one.</param>
    /// <param name="parameter">The parameter.</param>
    public static byte[] Of(Tpm12Cc ordinal, uint parameter)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, parameter);
        return Of(ordinal, bytes);
    }

    /// <summary>TPM_GetCapability (7.1).</summary>
    /// <param name="area">The area, of <see cref="Tpm12Cap"/>.</param>
    /// <param name="subCap">What of it; null for an area that has nothing in it.</param>
    public static byte[] GetCapability(uint area, uint? subCap = null)
    {
        Span<byte> parameters = stackalloc byte[3 * sizeof(uint)];
        var writer = new TpmWriter(parameters);
        writer.WriteUInt32(area);
        writer.WriteUInt32(subCap is null ? 0 : (uint)sizeof(uint));
        if (subCap is { } value)
        {
            writer.WriteUInt32(value);
        }

        return Of(Tpm12Cc.GetCapability, writer.Written);
    }
}

using System.Buffers.Binary;
using TpmHw.Tpm12;
using TpmHw.Wire;

namespace TpmHw.Transports.Registers;

/// <summary>What a driver asks a TPM 1.2 for, with TPM_GetCapability (TPM Main Part 3, 7.1; Part 2, 21).</summary>
internal static class Tpm12Capability
{
    /// <summary>TPM_CAP_PROP_TIS_TIMEOUT: TIMEOUT_A to D.</summary>
    public static byte[] TisTimeout { get; } = Tpm12Command.GetCapability(Tpm12Cap.Property, Tpm12Cap.PropertyTisTimeout);

    /// <summary>TPM_CAP_PROP_TIS_DURATION: short, medium and long.</summary>
    public static byte[] TisDuration { get; } = Tpm12Command.GetCapability(Tpm12Cap.Property, Tpm12Cap.PropertyTisDuration);

    /// <summary>TPM_CAP_VERSION_VAL.</summary>
    public static byte[] Version { get; } = Tpm12Command.GetCapability(Tpm12Cap.VersionVal);

    private const int Data = TpmHeader.Size + sizeof(uint);

    /// <summary>Reads the numbers of a property.</summary>
    /// <returns>Whether the response has just these; a TPM that was not started yet (TPM_INVALID_POSTINIT) says nothing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> response, Span<uint> values)
    {
        if (!IsAnswer(response, sizeof(uint) * values.Length)
            || BinaryPrimitives.ReadUInt32BigEndian(response[TpmHeader.Size..]) != sizeof(uint) * values.Length)
        {
            return false;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt32BigEndian(response[(Data + (sizeof(uint) * i))..]);
        }

        return true;
    }

    /// <summary>Reads the version: a byte each for major, minor, and the firmware's own two.</summary>
    /// <returns>The version; 0 where the TPM did not say.</returns>
    public static uint ReadVersion(ReadOnlySpan<byte> response) =>
        IsAnswer(response, 6) ? BinaryPrimitives.ReadUInt32BigEndian(response[(Data + sizeof(ushort))..]) : 0; // after TPM_TAG_CAP_VERSION_INFO

    private static bool IsAnswer(ReadOnlySpan<byte> response, int size) =>
        response.Length >= Data + size && TpmHeader.Read(response).Code == TpmRc.Success;
}

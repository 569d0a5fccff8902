using TpmHw.Tbs.Native;

namespace TpmHw.Tbs;

/// <summary>How Windows reaches the TPM (TPM_IFTYPE).</summary>
public enum TbsInterface : uint
{
    /// <summary>Windows does not know.</summary>
    Unknown,

    /// <summary>A TPM 1.2 at I/O ports or in memory.</summary>
    Tpm12,

    /// <summary>A TPM 2.0 in TrustZone.</summary>
    TrustZone,

    /// <summary>A TPM 2.0 in hardware.</summary>
    Hardware,

    /// <summary>An emulator.</summary>
    Emulator,

    /// <summary>A TPM 2.0 on a simple peripheral bus.</summary>
    SimplePeripheralBus,
}

/// <summary>What Windows knows of the machine's TPM (TPM_DEVICE_INFO).</summary>
/// <param name="Family">The TPM's family; null where Windows does not know.</param>
/// <param name="Interface">How Windows reaches it.</param>
/// <param name="Revision">The TPM's revision, as the driver has it.</param>
public readonly record struct TbsDeviceInfo(TpmFamily? Family, TbsInterface Interface, uint Revision)
{
    /// <summary>Asks Windows. It takes no context, and no rights.</summary>
    /// <exception cref="TpmTransportException">There is no TPM, this Windows is too old, or this is not Windows.</exception>
    public static unsafe TbsDeviceInfo Read()
    {
        TbsLibrary.Require(nameof(TbsNative.Tbsi_GetDeviceInfo));
        TpmDeviceInfo info;
        uint result = TbsNative.Tbsi_GetDeviceInfo((uint)sizeof(TpmDeviceInfo), &info);
        return result != TbsError.Success
            ? throw TbsError.Of(nameof(TbsNative.Tbsi_GetDeviceInfo), result)
            : new(
                info.TpmVersion switch { 1 => TpmFamily.Tpm12, 2 => TpmFamily.Tpm20, _ => null },
                (TbsInterface)info.TpmInterfaceType,
                info.TpmImpRevision);
    }
}

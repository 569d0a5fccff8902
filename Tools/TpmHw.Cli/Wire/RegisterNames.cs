using System.Globalization;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;

namespace TpmHw.Cli.Wire;

/// <summary>The registers as the specification writes them, without TPM_.</summary>
internal static class RegisterNames
{
    private static readonly (TpmRegister Register, string Name)[] s_names =
    [
        (TpmRegister.Access, "ACCESS"),
        (TpmRegister.IntEnable, "INT_ENABLE"),
        (TpmRegister.IntVector, "INT_VECTOR"),
        (TpmRegister.IntStatus, "INT_STATUS"),
        (TpmRegister.IntfCapability, "INTF_CAPABILITY"),
        (TpmRegister.Sts, "STS"),
        (TpmRegister.HashEnd, "HASH_END"),
        (TpmRegister.DataFifo, "DATA_FIFO"),
        (TpmRegister.HashStart, "HASH_START"),
        (TpmRegister.InterfaceId, "INTERFACE_ID"),
        (TpmRegister.XDataFifo, "XDATA_FIFO"),
        (TpmRegister.DidVid, "DID_VID"),
        (TpmRegister.Rid, "RID"),
        (TpmI2cRegister.LocSel, "LOC_SEL"),
        (TpmI2cRegister.InterfaceCapability, "I2C_INTERFACE_CAPABILITY"),
        (TpmI2cRegister.DeviceAddress, "I2C_DEVICE_ADDRESS"),
        (TpmI2cRegister.DataCsumEnable, "DATA_CSUM_ENABLE"),
        (TpmI2cRegister.DataCsum, "DATA_CSUM"),
    ];

    /// <summary>A register's name; a byte inside one that is accessed by itself is INT_ENABLE+1, and what has no name is its address.</summary>
    public static string Of(TpmRegister register)
    {
        (TpmRegister start, string name) = Array.FindLast(s_names, n => n.Register <= register);
        int inside = register - start;
        return inside == 0 ? name
            : inside < 4 ? string.Create(CultureInfo.InvariantCulture, $"{name}+{inside}")
            : string.Create(CultureInfo.InvariantCulture, $"0x{(int)register:X3}");
    }
}

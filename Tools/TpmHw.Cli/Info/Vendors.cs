namespace TpmHw.Cli.Info;

/// <summary>The makers of TPMs by the four characters of TPM_PT_MANUFACTURER (TCG TPM Vendor ID Registry).</summary>
internal static class Vendors
{
    /// <summary>The maker's name; null where it is not registered.</summary>
    public static string? NameOf(string id) => id.TrimEnd() switch
    {
        "AMD" => "AMD",
        "ANT" => "Ant Group",
        "ATML" => "Atmel",
        "BRCM" => "Broadcom",
        "CSCO" => "Cisco",
        "FLYS" => "Flyslice Technologies",
        "FSL" => "Freescale",
        "GOOG" => "Google",
        "HISI" => "Huawei",
        "HPE" or "HPI" => "HP",
        "IBM" => "IBM",
        "IFX" => "Infineon",
        "INTC" => "Intel",
        "LEN" => "Lenovo",
        "MSFT" => "Microsoft",
        "NSG" => "NSING",
        "NSM" => "National Semiconductor",
        "NTC" => "Nuvoton",
        "NTZ" => "Nationz",
        "QCOM" => "Qualcomm",
        "ROCC" => "Rockchip",
        "SEAL" => "Wisekey",
        "SECE" => "SecEdge",
        "SMSC" => "SMSC",
        "SMSN" => "Samsung",
        "SNS" => "Sinosun",
        "STM" => "STMicroelectronics",
        "TXN" => "Texas Instruments",
        "WEC" => "Winbond",
        _ => null,
    };

    /// <summary>Characters and name: IFX, Infineon.</summary>
    public static string Describe(string id) => NameOf(id) is { } name && name != id ? $"{id}, {name}" : id;
}

using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Mmio;

/// <summary>A driver of the kernel that has a memory-mapped TPM.</summary>
/// <param name="Bus">The bus under /sys/bus that it was bound through.</param>
/// <param name="Driver">Its name.</param>
/// <param name="Device">The device that it has.</param>
internal sealed record KernelTpmDriver(string Bus, string Driver, string Device)
{
    // A TPM 2.0 on FIFO is bound as a platform device, a TPM 1.2 as a PNP device, CRB as an ACPI or platform device.
    private static readonly string[] s_buses = ["platform", "acpi", "pnp"];
    private static readonly string[] s_drivers = ["tpm_crb", "tpm_tis"];

    /// <summary>The command that takes the TPM from the driver until the next start.</summary>
    public string UnbindCommand => $"echo {Device} | sudo tee /sys/bus/{Bus}/drivers/{Driver}/unbind";

    /// <summary>The command that gives it back.</summary>
    public string BindCommand => $"echo {Device} | sudo tee /sys/bus/{Bus}/drivers/{Driver}/bind";

    /// <summary>The first driver that has a memory-mapped TPM; null where none has.</summary>
    public static KernelTpmDriver? FindBound(LinuxHost host) =>
        (from bus in s_buses
         from driver in s_drivers
         let folder = $"sys/bus/{bus}/drivers/{driver}"
         from entry in host.Entries(folder)
         // Beside its devices a driver's folder has a link to its module, and files.
         where entry != "module" && Directory.Exists(host.At($"{folder}/{entry}"))
         select new KernelTpmDriver(bus, driver, entry)).FirstOrDefault();
}

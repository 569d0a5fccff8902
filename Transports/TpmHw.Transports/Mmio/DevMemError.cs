using System.Globalization;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Mmio;

/// <summary>Why physical memory can't be reached, and what to do about it on this machine.</summary>
internal static class DevMemError
{
    private const string UseTheDevice = "/dev/tpmrm0 needs none of this: open the TPM with device:/dev/tpmrm0 where the kernel has a driver for it.";

    /// <summary>A driver of the kernel has the TPM.</summary>
    public static TpmTransportException InUse(KernelTpmDriver driver) => new(
        TpmFault.Busy,
        $"The kernel's driver {driver.Driver} has this machine's TPM; two drivers on the same registers break each other.",
        $"{driver.Device} is bound in /sys/bus/{driver.Bus}/drivers/{driver.Driver}",
        $"""
        Go through the kernel with device:/dev/tpmrm0, or take the TPM from it:
        {driver.UnbindCommand}
        and give it back afterwards:
        {driver.BindCommand}
        """);

    /// <summary>open(2) of /dev/mem failed.</summary>
    public static TpmTransportException CannotOpen(Errno error, LinuxHost host) => error switch
    {
        Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => new TpmTransportException(
            TpmFault.NotFound,
            "This machine has no /dev/mem.",
            Number(error),
            host.IsContainer
                ? "This is a container, which is not given /dev/mem unless it is privileged. " + UseTheDevice
                : "The kernel was built without CONFIG_DEVMEM. " + UseTheDevice),
        Errno.EACCES => new TpmTransportException(
            TpmFault.AccessDenied,
            "Only root may open /dev/mem.",
            $"{Number(error)}; you are {host.UserName(host.User)}",
            "Run it as root (sudo). " + UseTheDevice),
        Errno.EPERM => new TpmTransportException(
            TpmFault.AccessDenied,
            "The kernel does not let this process open /dev/mem.",
            $"{Number(error)}; you are {host.UserName(host.User)}; {LockdownOf(host)}",
            IsLockedDown(host)
                ? "Kernel lockdown forbids it to root too; it is on where Secure Boot is. Switch Secure Boot off, or start without lockdown=. " + UseTheDevice
                : "The capability CAP_SYS_RAWIO is missing: run it as root, and in a container with --cap-add SYS_RAWIO. " + UseTheDevice),
        _ => Other("/dev/mem can't be opened.", error),
    };

    /// <summary>mmap(2) of /dev/mem failed.</summary>
    public static TpmTransportException CannotMap(Errno error, ulong address, int length, LinuxHost host)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"0x{length:X} bytes at 0x{address:X}");
        return error switch
        {
            Errno.EPERM or Errno.EACCES => new TpmTransportException(
                TpmFault.AccessDenied,
                $"The kernel does not let this process map {where} of physical memory.",
                $"{Number(error)}; {LockdownOf(host)}",
                IsLockedDown(host)
                    ? "Kernel lockdown forbids it to root too; it is on where Secure Boot is. Switch Secure Boot off, or start without lockdown=. " + UseTheDevice
                    : $"""
                      A driver has claimed that range (CONFIG_IO_STRICT_DEVMEM; sudo cat /proc/iomem names it), or it is the kernel's own memory (CONFIG_STRICT_DEVMEM).
                      Unload the driver, or start the kernel with iomem=relaxed. {UseTheDevice}
                      """),
            Errno.EINVAL => new TpmTransportException(
                TpmFault.NotFound,
                $"This machine has no physical memory at {where}.",
                Number(error),
                "Without an address the ACPI table TPM2 is asked for it."),
            _ => Other($"Physical memory can't be mapped: {where}.", error),
        };
    }

    private static TpmTransportException Other(string message, Errno error) =>
        new(TpmFault.InputOutput, message, Number(error), "Look at the kernel's log (dmesg). " + UseTheDevice);

    // The kernel puts the level in force in brackets: none [integrity] confidentiality.
    private static bool IsLockedDown(LinuxHost host) => Lockdown(host) is { Length: > 0 } text && !text.Contains("[none]", StringComparison.Ordinal);

    private static string LockdownOf(LinuxHost host) => Lockdown(host) is { Length: > 0 } text ? $"lockdown: {text}" : "lockdown: not known";

    private static string Lockdown(LinuxHost host) => host.Text("sys/kernel/security/lockdown");

    private static string Number(Errno error) => string.Create(CultureInfo.InvariantCulture, $"{error} (errno {(int)error})");
}

namespace TpmHw.Transports.Linux;

/// <summary>Why a device node could not be opened, and what to do about it on this machine.</summary>
internal static class DeviceOpenError
{
    /// <summary>None of the usual nodes is there.</summary>
    public static TpmTransportException NoNode(LinuxHost host) => new(
        TpmFault.NotFound,
        "This machine has no TPM device node.",
        $"looked for {string.Join(", ", DeviceNode.UsualPaths)}; {KernelsView(host)}",
        WhereItMayBe(host));

    /// <summary>The path leads to something else.</summary>
    public static TpmTransportException NoDevice(DeviceNode node) => new(
        TpmFault.NotFound,
        $"{node} is no device node.",
        advice: "A TPM's node is a character device such as /dev/tpmrm0.");

    /// <summary>The error for an error number of open(2).</summary>
    /// <param name="node">The node.</param>
    /// <param name="error">The error number.</param>
    /// <param name="status">Its owner, group and mode, where they could be read.</param>
    /// <param name="host">The machine.</param>
    public static TpmTransportException Explain(DeviceNode node, Errno error, FileStatus? status, LinuxHost host) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => new TpmTransportException(
            TpmFault.NotFound,
            $"There is no {node}.",
            KernelsView(host),
            node.Sibling is { } sibling && host.Exists(sibling[1..])
                ? node.IsManaged
                    ? $"{sibling} is there: the TPM is a 1.2, its firmware is being updated, or the kernel is older than 4.12, and has no resource manager."
                    : $"{sibling} is there: use that."
                : WhereItMayBe(host)),
        Errno.EACCES => Denied(node, status, host),
        Errno.EBUSY => Busy(node, host),
        Errno.EPERM => new TpmTransportException(
            TpmFault.AccessDenied,
            $"The kernel does not let this process open {node}, whoever runs it.",
            "EPERM (errno 1)",
            host.IsContainer
                ? $"The container was started without the device: give it with --device {node}."
                : "A device control group forbids it. In a systemd unit that is DeviceAllow= or PrivateDevices=yes."),
        Errno.ENODEV or Errno.ENXIO => new TpmTransportException(
            TpmFault.NotFound,
            $"{node} is there, but there is no TPM behind it.",
            $"{error} (errno {(int)error}); {KernelsView(host)}",
            "The driver was unbound, the device unplugged, or the node was made by hand with other numbers."),
        _ => new TpmTransportException(
            TpmFault.InputOutput,
            $"{node} can't be opened.",
            $"{error} (errno {(int)error})",
            "Look at the kernel's log (dmesg | grep -i tpm)."),
    };

    private static TpmTransportException Denied(DeviceNode node, FileStatus? status, LinuxHost host)
    {
        string? shared = node is { IsManaged: false, Sibling: { } sibling } && host.Exists(sibling[1..])
            ? $"Use {sibling}, which is meant for users."
            : null;
        return NodeAccess.Denied(node.Path, status, host, usualGroup: "tss", kernel: node.IsManaged ? "tpmrm" : "tpm", shared);
    }

    private static TpmTransportException Busy(DeviceNode node, LinuxHost host)
    {
        string shared = node is { IsManaged: false, Sibling: { } sibling } && host.Exists(sibling[1..])
            ? $"Use {sibling}, which any number of programs can open at once."
            : "Only one program can have it open: end the other one.";
        return new TpmTransportException(TpmFault.Busy, $"Another program has {node} open.", host.HoldersText(node.Target, isOpenHere: false), shared);
    }

    private static string KernelsView(LinuxHost host) => host.KernelTpms is { Count: > 0 } tpms
        ? $"the kernel has a driver for {string.Join(", ", tpms)}"
        : "the kernel has no driver for any TPM (/sys/class/tpm is empty)";

    // What may be the reason, from the most telling sign to none at all.
    private static readonly (Func<LinuxHost, bool> Applies, string Advice)[] s_places =
    [
        (static host => host.KernelTpms.Count > 0 && host.IsContainer,
            "The host has a TPM, this container was not given it: start it with --device /dev/tpmrm0."),
        (static host => host.KernelTpms.Count > 0,
            "The kernel knows the TPM but nobody made its node: sudo udevadm trigger --subsystem-match=tpm --subsystem-match=tpmrm"),
        (static host => host.IsContainer,
            "This is a container, and its host shows no TPM either: look there."),
        (static host => host.Exists("sys/firmware/acpi/tables/TPM2") || host.Exists("sys/bus/acpi/devices/MSFT0101:00"),
            "The firmware describes a TPM, but no driver took it: sudo modprobe -a tpm_crb tpm_tis, then dmesg | grep -i tpm"),
        (static host => host.Text("proc/device-tree/model").Contains("Raspberry Pi", StringComparison.Ordinal),
            "For a TPM board on SPI, add dtparam=spi=on and dtoverlay=tpm-slb9670 to /boot/firmware/config.txt and start again; then dmesg | grep -i tpm"),
        (static host => host.IsVirtualMachine,
            "This is a virtual machine: add a virtual TPM to it (QEMU and libvirt: TPM device, backed by swtpm; others call it vTPM)."),
        (static _ => true,
            "Switch the TPM on in the firmware's set-up (Security Device, fTPM, PTT). For a board on SPI or I2C the device tree has to name it."),
    ];

    private static string WhereItMayBe(LinuxHost host) => Array.Find(s_places, place => place.Applies(host)).Advice;
}

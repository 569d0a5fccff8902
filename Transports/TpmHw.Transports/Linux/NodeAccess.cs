namespace TpmHw.Transports.Linux;

/// <summary>Why this user may not open a node, and the one command that changes it.</summary>
internal static class NodeAccess
{
    private const int GroupReadWrite = 0x30; // rw for the group: 0060
    private const int RootGroup = 0; // nobody is to be made a member of this one

    /// <param name="path">The node.</param>
    /// <param name="status">Its owner, group and mode, where they could be read.</param>
    /// <param name="host">The machine.</param>
    /// <param name="usualGroup">The group that distributions give such nodes to.</param>
    /// <param name="kernel">The kernel's name of such nodes, without their number; null where the path has it.</param>
    /// <param name="instead">What to do where no group may open the node, if something is better than a rule.</param>
    public static TpmTransportException Denied(string path, FileStatus? status, LinuxHost host, string usualGroup, string? kernel = null, string? instead = null)
    {
        string user = host.UserName(host.User);
        string caller = $"you are {user} with the groups {string.Join(", ", host.Groups.Select(host.GroupName))}";
        string owner = status is { } s
            ? $"{path} belongs to {host.UserName(s.Owner)}, group {host.GroupName(s.Group)}, mode {Convert.ToString(s.Mode & 0xFFF, 8).PadLeft(4, '0')}"
            : $"{path} can't be looked at either";
        return new TpmTransportException(TpmFault.AccessDenied, $"{user} may not open {path}.", $"{owner}; {caller}", Advice(path, status, host, usualGroup, user, kernel, instead));
    }

    /// <summary>EPERM of open(2): no rights of the user's would help.</summary>
    public static TpmTransportException Forbidden(string path, string evidence, LinuxHost host) => new(
        TpmFault.AccessDenied,
        $"The kernel does not let this process open {path}, whoever runs it.",
        evidence,
        host.IsContainer ? $"The container was started without the device: give it with --device {path}." : "A device control group forbids it. In a systemd unit that is DeviceAllow= or PrivateDevices=yes.");

    private static string Advice(string path, FileStatus? status, LinuxHost host, string usualGroup, string user, string? kernel, string? instead)
    {
        if (status is not { } s)
        {
            return "A folder on the way to it is closed to you: look at the rights of each with namei -l " + path + ".";
        }

        if ((s.Mode & GroupReadWrite) != GroupReadWrite || s.Group == RootGroup)
        {
            if (instead is not null)
            {
                return instead;
            }

            kernel ??= Path.GetFileName(path).TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
            return $"""
                No group of users may open it. This rule opens it to the group {usualGroup}; then join that group, and log in again:
                echo 'KERNEL=="{kernel}[0-9]*", MODE="0660", GROUP="{usualGroup}"' | sudo tee /etc/udev/rules.d/60-{kernel}.rules && sudo groupadd -rf {usualGroup} && sudo udevadm control --reload && sudo udevadm trigger {path} && sudo usermod -aG {usualGroup} {user}
                """;
        }

        string group = host.GroupName(s.Group);
        return host.Groups.Contains(s.Group)
            ? "Its rights allow it, so something above them forbids it: SELinux, AppArmor or a sandbox. Look at the kernel's log (dmesg, ausearch -m avc)."
            : host.IsMember(host.User, s.Group)
                ? $"You were added to the group {group} after you logged in: log in again."
                : $"sudo usermod -aG {group} {user}\nThen log in again.";
    }
}

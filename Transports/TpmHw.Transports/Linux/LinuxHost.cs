using System.Globalization;

namespace TpmHw.Transports.Linux;

/// <summary>A process that has a file open.</summary>
internal sealed record FileHolder(int Process, string Command, string User)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Command} (process {Process}, user {User})");
}

/// <summary>
/// What this machine tells about its users, processes and TPMs in /etc, /proc and /sys. Read only when something has
/// gone wrong, and never a reason for another error: what can't be read is not known.
/// </summary>
/// <param name="root">The folder that has these in it; tests give one of their own.</param>
internal sealed class LinuxHost(string root = "/")
{
    /// <summary>This machine.</summary>
    public static LinuxHost Current { get; } = new();

    /// <summary>The TPMs that the kernel has a driver for, such as tpm0.</summary>
    public IReadOnlyList<string> KernelTpms => Entries("sys/class/tpm");

    /// <summary>The GPIO chips, such as gpiochip0.</summary>
    public IReadOnlyList<string> GpioChips => [.. Entries("dev").Where(static name => name.StartsWith("gpiochip", StringComparison.Ordinal))];

    /// <summary>The SPI devices that programs can use, such as spidev0.1.</summary>
    public IReadOnlyList<string> SpiDevices => [.. Entries("dev").Where(static name => name.StartsWith("spidev", StringComparison.Ordinal))];

    /// <summary>The I2C buses that programs can use, such as i2c-1.</summary>
    public IReadOnlyList<string> I2cBuses => [.. Entries("dev").Where(static name => name.StartsWith("i2c-", StringComparison.Ordinal))];

    /// <summary>Whether this runs in a container.</summary>
    public bool IsContainer => Exists(".dockerenv") || Exists("run/.containerenv") || Exists("run/systemd/container");

    /// <summary>Whether this runs in a virtual machine.</summary>
    public bool IsVirtualMachine => Text("proc/cpuinfo").Contains(" hypervisor", StringComparison.Ordinal);

    /// <summary>The effective user of this process.</summary>
    public uint User => Numbers("Uid:").ElementAtOrDefault(1);

    /// <summary>The effective group and the supplementary groups of this process.</summary>
    public IReadOnlyList<uint> Groups => [.. Numbers("Gid:").Skip(1).Take(1).Concat(Numbers("Groups:")).Distinct()];

    /// <summary>Where a path of this machine is.</summary>
    public string At(string path) => Path.Combine(root, path);

    /// <summary>Whether there is such a file or folder.</summary>
    public bool Exists(string path) => Path.Exists(At(path));

    /// <summary>A file's text without the line end; empty where it can't be read.</summary>
    public string Text(string path)
    {
        try
        {
            return File.ReadAllText(At(path)).TrimEnd('\n', '\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A user's name, or its number where the machine's own list doesn't have it.</summary>
    public string UserName(uint user) => NameIn("etc/passwd", user);

    /// <summary>A group's name, or its number where the machine's own list doesn't have it.</summary>
    public string GroupName(uint group) => NameIn("etc/group", group);

    /// <summary>Whether the machine's own list has the user in the group, which a login that is older than the list doesn't know.</summary>
    public bool IsMember(uint user, uint group)
    {
        string name = UserName(user);
        return RecordOf("etc/group", group) is [_, _, _, var members, ..] && members.Split(',').Contains(name);
    }

    /// <summary>The processes that have a file open.</summary>
    /// <returns>Those that were found, and how many processes could not be looked into.</returns>
    public (IReadOnlyList<FileHolder> Holders, int Hidden) HoldersOf(string file)
    {
        var holders = new List<FileHolder>();
        int hidden = 0;
        foreach (string entry in Entries("proc"))
        {
            if (!int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out int process))
            {
                continue;
            }

            try
            {
                if (new DirectoryInfo(At($"proc/{entry}/fd")).EnumerateFileSystemInfos().Any(open => open.LinkTarget == file))
                {
                    uint user = Numbers("Uid:", $"proc/{entry}/status").ElementAtOrDefault(1);
                    holders.Add(new FileHolder(process, Text($"proc/{entry}/comm"), UserName(user)));
                }
            }
            catch (UnauthorizedAccessException)
            {
                hidden++;
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return (holders, hidden);
    }

    /// <summary>Who has a file open, as evidence for an error.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isOpenHere">Whether this process has it open, which then says nothing.</param>
    public string HoldersText(string file, bool isOpenHere)
    {
        (IReadOnlyList<FileHolder> holders, int hidden) = HoldersOf(file);
        holders = isOpenHere ? [.. holders.Where(static h => h.Process != Environment.ProcessId)] : holders;
        return holders.Count > 0 ? "held by " + string.Join(", ", holders)
            : hidden > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hidden} processes of other users can't be looked into; root sees them all")
            : isOpenHere ? "this process holds it, or one in another container"
            : "no process on this side has it open: one in another container may";
    }

    /// <summary>The names in a folder; none where it can't be read.</summary>
    public IReadOnlyList<string> Entries(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(At(folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string NameIn(string list, uint id) => RecordOf(list, id) is [var name, ..] ? name : id.ToString(CultureInfo.InvariantCulture);

    // passwd(5) and group(5) both have name:password:id:… .
    private string[]? RecordOf(string list, uint id)
    {
        string number = id.ToString(CultureInfo.InvariantCulture);
        return Text(list).Split('\n').Select(static line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fields[2] == number);
    }

    // A line of /proc/<pid>/status: a label, then numbers.
    private IEnumerable<uint> Numbers(string label, string status = "proc/self/status") => Text(status)
        .Split('\n')
        .FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal), "")
        .Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries)
        .Skip(1)
        .Select(static number => uint.Parse(number, CultureInfo.InvariantCulture));
}

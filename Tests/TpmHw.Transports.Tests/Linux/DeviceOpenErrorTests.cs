using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Tests.Linux;

public sealed class DeviceOpenErrorTests : IDisposable
{
    private const uint Alice = 1000;
    private const uint Tss = 115;

    private readonly Machine _machine = new();

    public DeviceOpenErrorTests()
    {
        _machine.Put("etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\ntss:x:115:115::/:/bin/false");
        _machine.Put("etc/group", "root:x:0:\nalice:x:1000:\nvideo:x:44:alice\ntss:x:115:");
        _machine.Put("proc/self/status", "Name:\ttest\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t44 1000 ");
    }

    [Fact]
    public void No_rights_names_node_owner_group_mode_user_groups_and_the_one_command()
    {
        TpmTransportException error = Explain("/dev/tpmrm0", Errno.EACCES, Node(0, Tss, 0x1B0));
        Assert.Equal(TpmFault.AccessDenied, error.Fault);
        Assert.Equal("alice may not open /dev/tpmrm0.", error.Message);
        Assert.Equal("/dev/tpmrm0 belongs to root, group tss, mode 0660; you are alice with the groups alice, video", error.Evidence);
        Assert.Equal("sudo usermod -aG tss alice\nThen log in again.", error.Advice);
    }

    [Fact]
    public void Whoever_joined_the_group_a_minute_ago_is_told_to_log_in_again()
    {
        _machine.Put("etc/group", "tss:x:115:bob,alice");
        Assert.Equal("You were added to the group tss after you logged in: log in again.", Explain("/dev/tpmrm0", Errno.EACCES, Node(0, Tss, 0x1B0)).Advice);
    }

    [Theory]
    [InlineData(0, 0x180)] // 0600 root:root, as the kernel makes it
    [InlineData(0, 0x1B0)] // 0660 root:root: nobody should join root's group
    [InlineData(Tss, 0x180)]
    public void A_node_that_no_group_of_users_may_open_gets_a_rule(uint group, int mode)
    {
        string advice = Explain("/dev/tpmrm0", Errno.EACCES, Node(0, group, mode)).Advice;
        Assert.Contains("KERNEL==\"tpmrm[0-9]*\", MODE=\"0660\", GROUP=\"tss\"", advice, StringComparison.Ordinal);
        Assert.Contains("usermod -aG tss alice", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_node_without_resource_manager_points_to_the_one_for_users()
    {
        _machine.Put("dev/tpmrm0", "");
        Assert.Contains("/dev/tpmrm0", Explain("/dev/tpm0", Errno.EACCES, Node(Tss, 0, 0x1B0)).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Rights_that_would_do_point_to_what_is_above_them() =>
        Assert.Contains("SELinux", Explain("/dev/tpmrm0", Errno.EACCES, Node(0, 44, 0x1B0)).Advice, StringComparison.Ordinal);

    [Fact]
    public void A_closed_folder_on_the_way_is_told() =>
        Assert.Contains("namei -l /x/tpm0", Explain("/x/tpm0", Errno.EACCES, null).Advice, StringComparison.Ordinal);

    [Fact]
    public void An_id_without_a_name_is_told_as_a_number() =>
        Assert.Contains("belongs to 4711, group 4712,", Explain("/dev/tpmrm0", Errno.EACCES, Node(4711, 4712, 0x1B0)).Evidence, StringComparison.Ordinal);

    [Fact]
    public void A_busy_node_names_who_holds_it()
    {
        _machine.PutProcess(77, "tpm2-abrmd", Tss, "/dev/tpm0");
        _machine.PutProcess(78, "sshd", 0, "/dev/null");
        _machine.Put("dev/tpmrm0", "");
        TpmTransportException error = Explain("/dev/tpm0", Errno.EBUSY, null);
        Assert.Equal(TpmFault.Busy, error.Fault);
        Assert.Equal("held by tpm2-abrmd (process 77, user tss)", error.Evidence);
        Assert.Contains("/dev/tpmrm0", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_holder_that_is_out_of_sight_is_not_made_up() =>
        Assert.Contains("another container", Explain("/dev/tpm0", Errno.EBUSY, null).Evidence, StringComparison.Ordinal);

    [Fact]
    public void This_process_is_found_in_the_real_proc()
    {
        string path = Path.GetTempFileName();
        using (new FileStream(path, FileMode.Open))
        {
            (IReadOnlyList<FileHolder> holders, _) = LinuxHost.Current.HoldersOf(path);
            FileHolder holder = Assert.Single(holders);
            Assert.Equal(Environment.ProcessId, holder.Process);
            // By number where the number has no name, as in a container that runs as any user.
            Assert.Equal(Environment.UserName is { Length: > 0 } name ? name : $"{LinuxHost.Current.User}", holder.User);
            Assert.NotEmpty(holder.Command);
        }

        Assert.Empty(LinuxHost.Current.HoldersOf(path).Holders);
        File.Delete(path);
    }

    [Fact]
    public void The_device_control_group_is_told()
    {
        Assert.Contains("systemd", Explain("/dev/tpm0", Errno.EPERM, null).Advice, StringComparison.Ordinal);
        _machine.Put(".dockerenv", "");
        Assert.Contains("--device /dev/tpm0", Explain("/dev/tpm0", Errno.EPERM, null).Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Errno.ENODEV)]
    [InlineData(Errno.ENXIO)]
    public void A_node_with_nothing_behind_is_not_found(object error) =>
        Assert.Equal(TpmFault.NotFound, Explain("/dev/tpm0", (Errno)error, null).Fault);

    [Theory]
    [InlineData("sys/class/tpm/tpm0/dev", "udevadm trigger")]
    [InlineData("sys/firmware/acpi/tables/TPM2", "modprobe")]
    [InlineData("proc/device-tree/model", "dtoverlay=tpm-slb9670")]
    [InlineData("proc/cpuinfo", "virtual machine")]
    [InlineData("run/.containerenv", "container")]
    [InlineData("etc/nothing", "firmware's set-up")]
    public void A_missing_node_gets_the_advice_that_fits_the_machine(string file, string advice)
    {
        _machine.Put(file, "Raspberry Pi 5 Model B flags : fpu hypervisor");
        TpmTransportException error = DeviceOpenError.NoNode(_machine.Host);
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
        Assert.Contains("/dev/tpmrm0", error.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_of_a_host_with_a_tpm_is_told_how_to_get_it()
    {
        _machine.Put("sys/class/tpm/tpm0/dev", "10:224");
        _machine.Put(".dockerenv", "");
        TpmTransportException error = Explain("/dev/tpmrm0", Errno.ENOENT, null);
        Assert.Contains("--device /dev/tpmrm0", error.Advice, StringComparison.Ordinal);
        Assert.Contains("driver for tpm0", error.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tpm_without_resource_manager_points_to_the_node_that_is_there()
    {
        _machine.Put("dev/tpm0", "");
        Assert.Contains("/dev/tpm0 is there: the TPM is a 1.2", Explain("/dev/tpmrm0", Errno.ENOENT, null).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_path_is_not_found() =>
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("device:/dev/no-such-tpm0")).Fault);

    [Fact]
    public void What_is_no_device_is_left_alone()
    {
        string path = Path.GetTempFileName();
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("device:" + path));
        Assert.Contains("is no device node", error.Message, StringComparison.Ordinal);
        Assert.Empty(File.ReadAllBytes(path));
        File.Delete(path);
    }

    public void Dispose() => _machine.Dispose();

    private static FileStatus Node(uint owner, uint group, int mode) => new() { Owner = owner, Group = group, Mode = (ushort)(0x2000 | mode) };

    private TpmTransportException Explain(string path, Errno error, FileStatus? status) =>
        DeviceOpenError.Explain(new DeviceNode(path, _machine.Host), error, status, _machine.Host);
}

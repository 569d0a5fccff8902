using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Tests.Linux;

public sealed class LibcTests
{
    [Fact]
    public void Pollfd_has_the_c_librarys_layout()
    {
        Assert.Equal(8, Marshal.SizeOf<PollDescriptor>());
        Assert.Equal(0, (int)Marshal.OffsetOf<PollDescriptor>(nameof(PollDescriptor.File)));
        Assert.Equal(4, (int)Marshal.OffsetOf<PollDescriptor>(nameof(PollDescriptor.Wanted)));
        Assert.Equal(6, (int)Marshal.OffsetOf<PollDescriptor>(nameof(PollDescriptor.Seen)));
    }

    [Fact]
    public void Statx_agrees_with_what_the_runtime_reads()
    {
        string path = Path.GetTempFileName();
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(path, Mode);
        FileStatus status = Assert.NotNull(Libc.Status(path));
        Assert.Equal(256, Marshal.SizeOf<FileStatus>());
        Assert.Equal((int)Mode, status.Mode & 0xFFF);
        Assert.Equal(LinuxHost.Current.User, status.Owner);
        Assert.Contains(status.Group, LinuxHost.Current.Groups);
        Assert.False(status.IsCharacterDevice);
        Assert.True(Libc.Status("/dev/null")!.Value.IsCharacterDevice);
        File.Delete(path);
        Assert.Null(Libc.Status(path));
    }

    [Fact]
    public void An_event_is_readable_once_it_was_written()
    {
        using SafeFileHandle wake = Libc.CreateEvent();
        PollDescriptor[] files = [new() { File = (int)wake.DangerousGetHandle(), Wanted = PollEvents.In }];
        Assert.Equal(0, Libc.Poll(files, 0));
        Assert.Equal(-(int)Errno.EAGAIN, Libc.Read(wake, new byte[8]));
        Assert.Equal(8, Libc.Write(wake, [1, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal(1, Libc.Poll(files, 1000));
        Assert.Equal(PollEvents.In, files[0].Seen);
        Assert.Equal(8, Libc.Read(wake, new byte[8]));
    }

    [Fact]
    public void What_can_not_be_opened_says_why()
    {
        (SafeFileHandle file, Errno error) = Libc.OpenDevice("/dev/no-such-tpm0");
        Assert.True(file.IsInvalid);
        Assert.Equal(Errno.ENOENT, error);
        Assert.Equal(Errno.ENOTDIR, Libc.OpenDevice("/dev/null/tpm0").Error);
    }
}

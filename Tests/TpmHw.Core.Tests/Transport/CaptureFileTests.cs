using TpmHw.Transport;

namespace TpmHw.Core.Tests.Transport;

/// <summary>Files that hold every secret that passes are their owner's alone.</summary>
public sealed class CaptureFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFile _file = new();

    public enum Kind
    {
        Recording,
        Capture,
    }

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(Kind.Recording)]
    [InlineData(Kind.Capture)]
    public void A_new_file_is_its_owners_alone(Kind kind)
    {
        Make(kind, _file.Path);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_file.Path));
        Assert.NotEqual(0, new FileInfo(_file.Path).Length);
    }

    [Theory]
    [InlineData(Kind.Recording, "666")]
    [InlineData(Kind.Capture, "666")]
    [InlineData(Kind.Recording, "644")]
    [InlineData(Kind.Capture, "644")]
    [InlineData(Kind.Recording, "640")]
    [InlineData(Kind.Capture, "640")]
    [InlineData(Kind.Recording, "604")]
    [InlineData(Kind.Capture, "604")]
    [InlineData(Kind.Recording, "620")]
    [InlineData(Kind.Capture, "620")]
    [InlineData(Kind.Recording, "602")]
    [InlineData(Kind.Capture, "602")]
    [InlineData(Kind.Recording, "610")]
    [InlineData(Kind.Capture, "610")]
    public void A_file_that_others_can_open_is_refused_and_stays_as_it_is(Kind kind, string mode)
    {
        foreach (string content in (string[])["", "what was there"])
        {
            File.WriteAllText(_file.Path, content);
            File.SetUnixFileMode(_file.Path, (UnixFileMode)Convert.ToInt32(mode, 8));
            var refused = Assert.Throws<TpmTransportException>(() => Make(kind, _file.Path));
            Assert.Equal(TpmFault.Exposed, refused.Fault);
            Assert.Contains("0" + mode, refused.Evidence, StringComparison.Ordinal);
            Assert.NotEmpty(refused.Advice);
            Assert.Equal(content, File.ReadAllText(_file.Path));
            File.Delete(_file.Path);
        }
    }

    [Theory]
    [InlineData(Kind.Recording, "600")]
    [InlineData(Kind.Capture, "600")]
    [InlineData(Kind.Recording, "700")]
    [InlineData(Kind.Capture, "700")]
    public void A_file_that_is_its_owners_alone_is_replaced(Kind kind, string mode)
    {
        File.WriteAllText(_file.Path, new string('x', 100_000));
        File.SetUnixFileMode(_file.Path, (UnixFileMode)Convert.ToInt32(mode, 8));
        Make(kind, _file.Path);
        Assert.DoesNotContain("xxx", File.ReadAllText(_file.Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Kind.Recording)]
    [InlineData(Kind.Capture)]
    public void A_link_is_not_followed_to_a_file(Kind kind)
    {
        using var target = new TempFile();
        File.WriteAllText(target.Path, "what was there");
        File.SetUnixFileMode(target.Path, OwnerOnly);
        File.CreateSymbolicLink(_file.Path, target.Path);
        var refused = Assert.Throws<TpmTransportException>(() => Make(kind, _file.Path));
        Assert.Equal(TpmFault.Exposed, refused.Fault);
        Assert.Contains(target.Path, refused.Evidence, StringComparison.Ordinal);
        Assert.Equal("what was there", File.ReadAllText(target.Path));

        File.Delete(target.Path);
        Assert.Equal(TpmFault.InputOutput, Assert.Throws<TpmTransportException>(() => Make(kind, _file.Path)).Fault);
        Assert.False(File.Exists(target.Path));
    }

    [Theory]
    [InlineData(Kind.Recording)]
    [InlineData(Kind.Capture)]
    public void A_device_may_be_written_to_by_its_name_and_through_a_link(Kind kind)
    {
        Make(kind, "/dev/null");
        File.CreateSymbolicLink(_file.Path, "/dev/null");
        Make(kind, _file.Path);
    }

    private static void Make(Kind kind, string path)
    {
        using ITpmTransport made = kind == Kind.Recording ? new RecordingTransport(new CannedTransport(), path) : new PcapTransport(new CannedTransport(), path);
    }
}

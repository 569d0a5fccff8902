using TpmHw.Spec;

namespace TpmHw.Core.Tests.Protection;

public sealed class PinFileTests : IDisposable
{
    private static readonly Tpm2bName s_name = Convert.FromHexString("000B" + new string('5', 64));
    private static readonly Tpm2bName s_other = Convert.FromHexString("000B" + new string('6', 64));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tpmhw-pin-");
    private readonly TpmPinFile _file;

    public PinFileTests() => _file = new(Path.Combine(_folder.FullName, "tpm.pin"));

    public static TheoryData<string> Damaged => new(
        "",
        "\n",
        "# nothing but words\n",
        "000b" + new string('5', 63),
        "000b" + new string('5', 62),
        "000b" + new string('5', 66),
        "000c" + new string('5', 64),
        "0010" + new string('5', 64),
        "000b" + new string('x', 64),
        "000b" + new string('5', 64) + " and more",
        "000b" + new string('5', 64) + "\n000b" + new string('6', 64),
        "40000001",
        "000b" + new string('5', 64) + new string('\n', 5000));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_name_that_is_kept_is_found_again()
    {
        Assert.Null(_file.Find());

        _file.Keep(s_name);

        Assert.Equal(s_name, new TpmPinFile(_file.Path).Find());
        Assert.Equal([_file.Path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void The_file_is_a_line_of_words_and_a_line_of_hex_digits_for_its_owner_alone()
    {
        _file.Keep(s_name);

        string[] lines = File.ReadAllLines(_file.Path);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("# ", lines[0], StringComparison.Ordinal);
        Assert.Equal("000b" + new string('5', 64), lines[1]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.Path));
        }
    }

    [Fact]
    public void Keeping_the_same_name_again_writes_nothing()
    {
        _file.Keep(s_name);
        File.AppendAllText(_file.Path, "# the TPM of the build server\n");

        _file.Keep(s_name);

        Assert.Equal(3, File.ReadAllLines(_file.Path).Length);
        Assert.Equal(s_name, _file.Find());
    }

    [Fact]
    public void Another_name_is_refused_by_name_of_the_file_and_the_file_stays_as_it_is()
    {
        _file.Keep(s_name);

        var error = Assert.Throws<TpmSessionException>(() => _file.Keep(s_other));

        Assert.Equal(TpmSessionFault.TpmReplaced, error.Fault);
        Assert.Contains(_file.Path, error.Advice, StringComparison.Ordinal);
        Assert.Equal(s_name, _file.Find());
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_and_never_replaced(string text)
    {
        File.WriteAllText(_file.Path, text);

        Assert.Contains("is damaged", Assert.Throws<TpmTrustException>(() => _file.Find()).Message, StringComparison.Ordinal);
        Assert.Contains("Restore it", Assert.Throws<TpmTrustException>(() => _file.Keep(s_name)).Advice, StringComparison.Ordinal);

        Assert.Equal(text, File.ReadAllText(_file.Path));
    }

    [Fact]
    public void What_can_not_be_read_or_written_is_an_error_and_not_a_first_use()
    {
        Directory.CreateDirectory(_file.Path);
        Assert.Contains("can't be read", Assert.Throws<TpmTrustException>(() => _file.Find()).Message, StringComparison.Ordinal);
        Assert.Throws<TpmTrustException>(() => _file.Keep(s_name));
        Assert.Throws<TpmTrustException>(() => new TpmPinFile(Path.Combine(_folder.FullName, "no", "folder")).Find());
    }

    [Fact]
    public void What_is_no_name_of_a_key_is_not_kept()
    {
        Assert.Throws<ArgumentException>(() => _file.Keep(default));
        Assert.Throws<ArgumentException>(() => _file.Keep(Convert.FromHexString("40000001")));
        Assert.Null(_file.Find());
    }

    /// <summary>Programs that start together: one of them keeps its TPM, all others hear of it.</summary>
    [Fact]
    public void Of_many_who_keep_at_once_one_wins_and_the_file_is_whole()
    {
        int[] outcomes = new int[16];
        Parallel.For(0, outcomes.Length, i =>
        {
            try
            {
                new TpmPinFile(_file.Path).Keep(i % 2 == 0 ? s_name : s_other);
                outcomes[i] = 1;
            }
            catch (TpmSessionException e) when (e.Fault == TpmSessionFault.TpmReplaced)
            {
                outcomes[i] = 2;
            }
        });

        int even = outcomes[0];
        Assert.Equal(3, outcomes[0] + outcomes[1]);
        Assert.All(outcomes.Index(), o => Assert.Equal(o.Index % 2 == 0 ? even : 3 - even, o.Item));
        Assert.Equal(even == 1 ? s_name : s_other, _file.Find());
        Assert.Single(Directory.GetFiles(_folder.FullName));
    }
}

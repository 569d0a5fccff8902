using TpmHw.Core.Tests.SpecTests.Execution;
using TpmHw.Spec;
using TpmHw.Testing;

namespace TpmHw.Core.Tests.SpecTests.Vectors;

/// <summary>Commands that no TPM here has, against bytes of others.</summary>
public sealed class CommandVectorTests
{
    public static TheoryData<TpmCc> Codes => [.. CommandVectors.All.Select(v => v.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Bytes_are_read_as_the_values_that_others_wrote_them_from_and_written_again(TpmCc code) =>
        Assert.All(CommandVectors.All.Where(v => v.Code == code), v => v.Check());

    [Fact]
    public void Every_command_that_libtpms_lacks_has_bytes_of_others() =>
        Assert.Equal(CommandCodec.All.Keys.Except(EveryCommand.Exchanges.Select(e => e.Code)).Order(), CommandVectors.All.Select(v => v.Code).Order());
}

using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests;

public sealed class CommandBlockedTests
{
    [Theory]
    [InlineData(TpmCc.Startup, false, "Windows starts the TPM")]
    [InlineData(TpmCc.Shutdown, false, "shuts it down")]
    [InlineData(TpmCc.ContextSave, false, "makes room in the TPM by itself")]
    [InlineData(TpmCc.EncryptDecrypt2, false, "outside the TPM")]
    [InlineData(TpmCc.PolicyAcSendSelect, false, "attached component")]
    [InlineData(TpmCc.NvDefineSpace, true, "as administrator")]
    [InlineData(TpmCc.Create, true, "as administrator")]
    [InlineData(TpmCc.SelfTest, null, "as administrator")]
    public void The_exception_says_who_may_and_what_to_do_instead(TpmCc command, bool? administrators, string advice)
    {
        var error = new TpmCommandBlockedException(new TpmResponseCode(TpmRc.CommandBlocked), command);

        Assert.Equal(administrators, error.IsAllowedToAdministrators);
        Assert.True(error.WasSent);
        Assert.Contains(command.CommandName()!, error.Message, StringComparison.Ordinal);
        Assert.Contains("administrators", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_a_command_that_failed()
    {
        TpmCommandException error = new TpmCommandBlockedException(TpmCc.Startup);
        Assert.Equal(TpmRc.CommandBlocked, error.Code.Value);
        Assert.False(((TpmCommandBlockedException)error).WasSent);
        Assert.Contains("was not sent", error.Message, StringComparison.Ordinal);
    }
}

using System.CommandLine;
using TpmHw.Cli.Errors;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_SelfTest (Part 3, 10.2).</summary>
internal sealed class SelfTestCommand : CliCommand
{
    private const uint Testing = 0x90A; // TPM_RC_TESTING

    private readonly Option<bool> _full = new("--fulltest", "-f") { Description = "Test everything, also what was tested already" };

    public SelfTestCommand()
        : base("selftest", "Make the TPM test itself") => Options.Add(_full);

    public override ExitCode Run(CommandContext context)
    {
        using Tpm2 tpm = context.OpenTpm();
        try
        {
            tpm.Commands.SelfTest(context.Has(_full), context.Cancellation);
        }
        catch (TpmCommandException e) when (e.Code.Base.Value == Testing)
        {
            throw new CliException(ExitCode.Failed, "The TPM goes on testing itself in the background.", "'tpmhw gettestresult' tells when it has done.");
        }

        return ExitCode.Ok;
    }
}

using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_SelfTest (Part 3, 10.2), TPM_SelfTestFull, TPM_ContinueSelfTest.</summary>
internal sealed class SelfTestCommand : CliCommand
{
    private readonly Option<bool> _full = new("--fulltest", "-f") { Description = "Test everything, also what was tested already" };

    public SelfTestCommand()
        : base("selftest", "Make the TPM test itself") => Options.Add(_full);

    public override ExitCode Run(CommandContext context)
    {
        bool full = context.Has(_full);
        try
        {
            context.WithTpm(tpm => tpm.Commands.SelfTest(full, cancellationToken: context.Cancellation), old => old.SelfTest(full));
        }
        catch (TpmCommandException e) when (e.Code.Base.Value == TpmRc.Testing)
        {
            throw new CliException(ExitCode.Failed, "The TPM goes on testing itself in the background.", "'tpmhw gettestresult' tells when it has done.");
        }

        return ExitCode.Ok;
    }
}

using System.CommandLine;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_Startup (Part 3, 9.3).</summary>
internal sealed class StartupCommand : CliCommand
{
    private readonly Option<bool> _clear = new("--clear", "-c") { Description = "Start all over again, not from the state that was saved" };

    public StartupCommand()
        : base("startup", "Start the TPM after a reset, from the state that shutdown saved; one that runs already is left alone") => Options.Add(_clear);

    public override ExitCode Run(CommandContext context)
    {
        using Tpm2 tpm = context.OpenTpm();
        try
        {
            tpm.Commands.Startup(context.Has(_clear) ? TpmSu.Clear : TpmSu.State, context.Cancellation);
        }
        catch (TpmCommandException e) when (e.Code.Base.Value == TpmRc.Initialize)
        {
            // What was asked for is so.
        }

        return ExitCode.Ok;
    }
}

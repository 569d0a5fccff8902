using TpmHw.Cli.Info;
using TpmHw.Transport;

namespace TpmHw.Cli.Commands;

/// <summary>The TPM in plain words.</summary>
internal sealed class InfoCommand() : CliCommand("info", "Tell what the TPM is, what it can do and how it stands, in plain words")
{
    public override ExitCode Run(CommandContext context)
    {
        using Tpm2 tpm = context.OpenEither();
        ITpmTransport transport = tpm.Transport;
        if (FamilyProbe.Find(transport, context.Cancellation) == TpmFamily.Tpm12)
        {
            CommandContext.ThrowIfUnprotected(tpm);
            var old = Tpm12Description.Read(transport, context.Cancellation);
            context.Output.Page(Tpm12Report.Page(old), document => Tpm12Report.Write(old, document));
        }
        else
        {
            var description = new Tpm20Description(tpm, context.Cancellation);
            context.Output.Page(Tpm20Report.Page(description), document => Tpm20Report.Write(description, document));
        }

        return ExitCode.Ok;
    }
}

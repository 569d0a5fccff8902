using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Info;
using TpmHw.Spec;
using TpmHw.Transport;

namespace TpmHw.Cli.Commands;

/// <summary>A reset, as the reset line or a power cycle does it, and Startup after it.</summary>
internal sealed class ResetCommand : CliCommand
{
    private readonly Option<bool> _startup = new("--startup", "-s") { Description = "Start it afterwards, all over again" };

    public ResetCommand()
        : base("reset", "Reset the TPM, as its reset line or a power cycle does; 'shutdown' before it keeps the TPM from counting a crash") => Options.Add(_startup);

    public override ExitCode Run(CommandContext context)
    {
        using Tpm2 tpm = context.OpenEither();
        ITpmTransport transport = tpm.Transport;
        ITpmReset reset = transport.FindAbility<ITpmReset>() ?? throw new CliException(
            ExitCode.NotSupported,
            $"'{transport.Info.Name}' is no way to reset a TPM.",
            "A chip on SPI can be reset by a GPIO line, which reset= names: spidev:/dev/spidev0.1,reset=gpiochip0/24.\n" +
            "A software TPM can be reached by libtpms, swtpm or mssim. Any other TPM is reset together with its machine.");
        context.Cancellation.ThrowIfCancellationRequested();
        reset.Reset();
        bool started = context.Has(_startup);
        if (started)
        {
            Start(tpm, transport, context.Cancellation);
        }

        context.Output.Line(started ? "The TPM was reset and started." : "The TPM was reset. It waits for Startup, which 'reset --startup' sends too.", document =>
        {
            document.BeginMap();
            document.Text("connection", transport.Info.Name);
            document.Flag("started", started);
            document.EndMap();
        });
        return ExitCode.Ok;
    }

    private static void Start(Tpm2 tpm, ITpmTransport transport, CancellationToken cancellationToken)
    {
        try
        {
            if (FamilyProbe.Find(transport, cancellationToken) == TpmFamily.Tpm12)
            {
                CommandContext.ThrowIfUnprotected(tpm);
                new Tpm12Commands(transport, cancellationToken).Startup(clear: true);
            }
            else
            {
                tpm.Commands.Startup(TpmSu.Clear, cancellationToken: cancellationToken);
            }
        }
        catch (TpmCommandException e) when (PowerUp.IsNeeded(e.Code.Base.Value)) // it runs already
        {
            throw new CliException(ExitCode.Failed, "The TPM was not reset: it runs on.", "Check that the line which reset= names is the one that the TPM's reset pin is on.");
        }
    }
}

using TpmHw.Cli.Output;
using TpmHw.Transports;

namespace TpmHw.Cli.Commands;

/// <summary>The TPMs of this machine, and why those that could be there are not.</summary>
internal sealed class ProbeCommand() : CliCommand("probe", "Look for this machine's TPMs, and say for each place why there is none")
{
    public override string? WhyUnprotected => AsksNothing;

    public override ExitCode Run(CommandContext context)
    {
        List<ProbeResult> results = [.. context.Host.Catalog.Probe()];
        var page = new Page();
        foreach (ProbeResult result in results)
        {
            page.Heading($"{result.ConnectionString}: {(result.Works ? "works" : result.WhyUntried is null ? "no" : "not tried")}")
                .Row("family", result.Family switch { TpmFamily.Tpm20 => "TPM 2.0", TpmFamily.Tpm12 => "TPM 1.2", _ => null })
                .Row("why", result.Failure?.Message ?? result.WhyUntried)
                .Row("seen", result.Failure is { Evidence.Length: > 0 } ? result.Failure.Evidence : null)
                .Row("to do", result.Failure is { Advice.Length: > 0 } ? result.Failure.Advice : null);
        }

        ProbeResult? first = results.Find(static r => r.Works);
        page.Heading(first is null
            ? "No TPM was found. SPI and I2C buses are not searched: name one, such as --tpm spidev:/dev/spidev0.1. A software TPM is always there: --tpm libtpms."
            : $"'auto' takes {first.ConnectionString}.");
        context.Output.Page(page, document => Write(document, results));
        return first is null ? ExitCode.NoTpm : ExitCode.Ok;
    }

    private static void Write(DocumentWriter document, List<ProbeResult> results)
    {
        document.BeginList();
        foreach (ProbeResult result in results)
        {
            document.BeginMap();
            document.Text("connection", result.ConnectionString);
            document.Text("transport", result.Kind);
            document.Flag("works", result.Works);
            document.Text("family", result.Family switch { TpmFamily.Tpm20 => "2.0", TpmFamily.Tpm12 => "1.2", _ => null });
            document.Text("fault", result.Failure?.Fault.ToString());
            document.Text("message", result.Failure?.Message ?? result.WhyUntried);
            document.Text("seen", result.Failure?.Evidence);
            document.Text("advice", result.Failure?.Advice);
            document.EndMap();
        }

        document.EndList();
    }
}

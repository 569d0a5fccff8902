using System.CommandLine;
using TpmHw.Cli.Output;
using TpmHw.Cli.Pcrs;

namespace TpmHw.Cli.Commands;

/// <summary>The values of PCRs.</summary>
internal sealed class PcrReadCommand : CliCommand
{
    private readonly Argument<string> _selection = new("selection")
    {
        Description = "Banks and PCRs, such as sha256:0,1,2+sha1:all; without it all",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Write the values, one after the other, to a file", HelpName = "file" };

    public PcrReadCommand()
        : base("pcrread", "Write the values of PCRs")
    {
        Arguments.Add(_selection);
        Options.Add(_output);
    }

    public override ExitCode Run(CommandContext context)
    {
        List<PcrBank>? wanted = context.Value(_selection) is { } text ? PcrText.ParseSelection(text) : null;
        var values = new List<(PcrBank Bank, List<(int Pcr, byte[] Value)> Pcrs)>();
        context.WithTpm(
            tpm =>
            {
                var reader = new PcrReader(tpm, context.Cancellation);
                foreach (PcrBank bank in wanted is null ? reader.Banks() : PcrReader.Present(wanted, reader.Banks()))
                {
                    values.Add((bank, reader.Read(bank)));
                }
            },
            old =>
            {
                List<PcrBank> banks = [old.Pcrs()];
                foreach (PcrBank bank in wanted is null ? banks : PcrReader.Present(wanted, banks))
                {
                    values.Add((bank, [.. bank.Pcrs.Select(pcr => (pcr, old.PcrRead(pcr)))]));
                }
            });

        if (context.Value(_output) is { } file)
        {
            File.WriteAllBytes(file, [.. values.SelectMany(static v => v.Pcrs).SelectMany(static p => p.Value)]);
        }

        context.Output.Document(
            document =>
            {
                document.BeginMap();
                foreach ((PcrBank bank, List<(int Pcr, byte[] Value)> pcrs) in values)
                {
                    document.BeginMap(bank.Name, nameWidth: 2);
                    foreach ((int pcr, byte[] value) in pcrs)
                    {
                        document.Bytes(pcr.ToString(System.Globalization.CultureInfo.InvariantCulture), value);
                    }

                    document.EndMap();
                }

                document.EndMap();
            },
            indent: 2);
        return ExitCode.Ok;
    }
}

using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Output;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Cli.Commands;

/// <summary>What connection strings can name, from the transports' own descriptions.</summary>
internal sealed class TransportsCommand : CliCommand
{
    private readonly Argument<string> _name = new("name") { Description = "Describe this one only", Arity = ArgumentArity.ZeroOrOne };

    public TransportsCommand()
        : base("transports", "List the ways to a TPM, and what each takes in a connection string") => Arguments.Add(_name);

    public override string? WhyUnprotected => AsksNothing;

    public override ExitCode Run(CommandContext context)
    {
        IReadOnlyList<TransportDescriptor> known = context.Host.Catalog.Descriptors;
        string? name = context.Value(_name);
        IReadOnlyList<TransportDescriptor> chosen = name is null ? known : [.. known.Where(d => d.Name == name)];
        if (chosen.Count == 0)
        {
            throw CliException.Usage($"There is no transport '{name}'.", "Known are: " + string.Join(", ", known.Select(static d => d.Name)) + ".");
        }

        var page = new Page();
        if (name is null)
        {
            page.Heading("A connection string is NAME or NAME:OPTION=VALUE,…")
                .Text("An option in brackets may be given by its value alone, and first.");
        }

        foreach (TransportDescriptor transport in chosen)
        {
            page.Heading($"{transport.Name}: {transport.Summary}")
                .Row("example", transport.Example)
                .Row("works on", transport.Platforms.Count == 0 ? null : string.Join(", ", transport.Platforms));
            Rows(page, transport.Options);
        }

        Rows(page.Heading("Every connection string, whatever its transport, with 'cmd' before the command"), ProtectionOptions.All);
        context.Output.Page(page, document => Write(document, chosen));
        return ExitCode.Ok;
    }

    private static void Rows(Page page, IReadOnlyList<TransportOption> options)
    {
        foreach (TransportOption option in options)
        {
            page.Row(option.IsPositional ? $"[{option.Name}=]" : option.Name + "=", Describe(option));
        }
    }

    private static string Describe(TransportOption option)
    {
        string values = option.Kind switch
        {
            TransportOptionKind.Choice => $" ({string.Join(" or ", option.Choices)})",
            TransportOptionKind.Flag => " (yes or no)",
            TransportOptionKind.Milliseconds => " (milliseconds)",
            _ => "",
        };
        return option.Meaning + values + (option.Default is null ? "" : $"; default {option.Default}");
    }

    private static void Write(DocumentWriter document, IReadOnlyList<TransportDescriptor> transports)
    {
        document.BeginList();
        foreach (TransportDescriptor transport in transports)
        {
            document.BeginMap();
            document.Text("name", transport.Name);
            document.Text("summary", transport.Summary);
            document.Text("example", transport.Example);
            document.Flag("supported_here", transport.IsSupportedHere);
            document.BeginList("platforms");
            foreach (string platform in transport.Platforms)
            {
                document.Item(platform);
            }

            document.EndList();
            document.BeginList("options");
            foreach (TransportOption option in (TransportOption[])[.. transport.Options, .. ProtectionOptions.All])
            {
                document.BeginMap();
                document.Text("name", option.Name);
                document.Text("meaning", option.Meaning);
                document.Text("kind", option.Kind.ToString());
                document.Text("default", option.Default);
                document.Flag("positional", option.IsPositional);
                document.BeginList("choices");
                foreach (string choice in option.Choices)
                {
                    document.Item(choice);
                }

                document.EndList();
                document.EndMap();
            }

            document.EndList();
            document.EndMap();
        }

        document.EndList();
    }
}

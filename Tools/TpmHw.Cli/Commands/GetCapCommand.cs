using System.CommandLine;
using TpmHw.Cli.Capabilities;
using TpmHw.Cli.Errors;

namespace TpmHw.Cli.Commands;

/// <summary>What the TPM says of itself.</summary>
internal sealed class GetCapCommand : CliCommand
{
    private readonly Argument<string> _capability = new("capability")
    {
        Description = "Which capability, such as properties-fixed; see --list",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _list = new("--list", "-l") { Description = "List the capabilities' names" };

    public GetCapCommand()
        : base("getcap", "Write one of the TPM's capabilities")
    {
        Arguments.Add(_capability);
        Options.Add(_list);
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Has(_list))
        {
            context.Output.Document(static document =>
            {
                document.BeginList();
                foreach (CapabilityRow row in CapabilityRow.All)
                {
                    document.Item(row.Name);
                }

                document.EndList();
            });
            return ExitCode.Ok;
        }

        string[] names = Array.ConvertAll(CapabilityRow.All, static r => r.Name);
        string name = context.Value(_capability) ?? throw CliException.Usage("Which capability?", "One of " + string.Join(", ", names) + ".");
        CapabilityRow row = Array.Find(CapabilityRow.All, r => r.Name == name) ?? throw CliException.Usage(
            $"There is no capability '{name}'.",
            UsageErrors.Nearest(name, names) is { } nearest ? $"Did you mean '{nearest}'? 'tpmhw getcap --list' lists what there is." : "'tpmhw getcap --list' lists what there is.");
        using Tpm2 tpm = context.OpenTpm();
        var reader = new CapabilityReader(tpm, context.Cancellation);
        context.Output.Document(document => row.Write(reader, document));
        return ExitCode.Ok;
    }
}

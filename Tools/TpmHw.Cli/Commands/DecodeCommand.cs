using System.CommandLine;
using System.Text;
using TpmHw.Cli.Decoding;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Output;
using TpmHw.Spec;
using TpmHw.Trees;

namespace TpmHw.Cli.Commands;

/// <summary>Commands and responses in words. No TPM is needed.</summary>
internal sealed class DecodeCommand : CliCommand
{
    private readonly Argument<string[]> _messages = new("message")
    {
        Description = "Commands, and their responses after them, in hex digits; or a file of them, a recording, or - for standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _command = new("--command") { Description = "All of them are responses to this command, such as GetRandom, TPM2_GetRandom or 0x17b", HelpName = "name" };

    public DecodeCommand()
        : base("decode", "Show commands and responses of TPM 2.0 as trees, every part by its name in the specification")
    {
        Arguments.Add(_messages);
        Options.Add(_command);
    }

    public override string? WhyUnprotected => AsksNothing;

    public override ExitCode Run(CommandContext context)
    {
        TpmCc? answered = context.Value(_command) is { } name ? CodeOf(name) : null;
        TpmMessageTree[] trees = [.. Messages(context, answered)];
        var page = new Page();
        foreach (TpmMessageTree tree in trees)
        {
            TreeText.Lines(page, tree);
        }

        context.Output.Page(page, document =>
        {
            document.BeginList();
            foreach (TpmMessageTree tree in trees)
            {
                TreeText.Write(document, tree);
            }

            document.EndList();
        });
        return Array.Exists(trees, static t => t.Error is not null) ? ExitCode.Different : ExitCode.Ok;
    }

    private IEnumerable<TpmMessageTree> Messages(CommandContext context, TpmCc? answered)
    {
        string[] messages = context.Values(_messages);
        if (messages is not [string one])
        {
            return MessageInput.Read(Encoding.ASCII.GetBytes(string.Concat(messages.Select(static m => m + " "))), "The message", answered);
        }

        if (one == "-")
        {
            using var bytes = new MemoryStream();
            context.Host.Input.CopyTo(bytes);
            return MessageInput.Read(bytes.ToArray(), "Standard input", answered);
        }

        return File.Exists(one)
            ? MessageInput.Read(File.ReadAllBytes(one), one, answered)
            : MessageInput.Read(Encoding.ASCII.GetBytes(one), "The message", answered);
    }

    private static TpmCc CodeOf(string name)
    {
        if (Hex.TryNumber(name, out uint number))
        {
            return (TpmCc)number;
        }

        foreach (TpmCc code in Enum.GetValues<TpmCc>())
        {
            string known = code.CommandName();
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase) || known.AsSpan("TPM2_".Length).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return code;
            }
        }

        throw CliException.Usage($"There is no command '{name}'.", "Write it as the specification does, such as PCR_Read or TPM2_PCR_Read, or give its code in hex.");
    }
}

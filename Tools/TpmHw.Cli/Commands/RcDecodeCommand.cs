using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Output;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>Response codes in words.</summary>
internal sealed class RcDecodeCommand : CliCommand
{
    private readonly Argument<string[]> _codes = new("code")
    {
        Description = "A response code as the TPM, a TSS layer or Windows gives it, such as 0x98e or 2150105088",
        Arity = ArgumentArity.OneOrMore,
    };

    public RcDecodeCommand()
        : base("rc-decode", "Say what a response code means and what to do")
    {
        Aliases.Add("rc_decode");
        Arguments.Add(_codes);
    }

    public override string? WhyUnprotected => AsksNothing;

    public override ExitCode Run(CommandContext context)
    {
        TpmResponseCode[] codes = Array.ConvertAll(context.Values(_codes), Parse);
        var page = new Page();
        foreach (TpmResponseCode code in codes)
        {
            page.Text(code.ToTpm2ToolsPrefix() + code.Description).Row("name", code.ToString());
            if (code.Advice.Length > 0)
            {
                page.Row("to do", code.Advice);
            }
        }

        context.Output.Page(page, document =>
        {
            document.BeginList();
            foreach (TpmResponseCode code in codes)
            {
                document.BeginMap();
                document.Number("code", code.Value, NumberForm.Hex);
                document.Text("name", code.Name);
                document.Number("base", code.Base.Value, NumberForm.Hex);
                document.Text("layer", code.Layer.ToString());
                document.Text("subject", code.Subject.ToString());
                document.Number("subject_number", (uint)code.SubjectNumber);
                document.Flag("warning", code.IsWarning);
                document.Text("description", code.Description);
                document.Text("advice", code.Advice);
                document.EndMap();
            }

            document.EndList();
        });
        return ExitCode.Ok;
    }

    private static TpmResponseCode Parse(string text)
    {
        if (Hex.TryNumber(text, out uint value))
        {
            return new(value);
        }

        bool forgotten = Hex.TryNumber("0x" + text, out _);
        throw CliException.Usage(
            $"'{text}' is no response code of 32 bits.",
            forgotten ? $"If that is hex, write 0x{text}." : "Write it in decimal digits, or in hex with 0x before it.");
    }
}

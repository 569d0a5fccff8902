using System.CommandLine;
using System.Globalization;
using TpmHw.Cli.Errors;

namespace TpmHw.Cli.Commands;

/// <summary>Random bytes from the TPM.</summary>
internal sealed class GetRandomCommand : CliCommand
{
    private const int Most = 1 << 20;

    private readonly Argument<string> _size = new("size") { Description = "How many bytes" };

    private readonly Option<bool> _hex = new("--hex") { Description = "Write hex digits, as to a terminal" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Write to a file", HelpName = "file" };

    private readonly Option<bool> _force = new("--force", "-f") { Description = "Changes nothing: any size is read, in as many commands as it takes", Hidden = true };

    public GetRandomCommand()
        : base("getrandom", "Write random bytes from the TPM")
    {
        Arguments.Add(_size);
        Options.Add(_hex);
        Options.Add(_output);
        Options.Add(_force);
    }

    public override ExitCode Run(CommandContext context)
    {
        if (!uint.TryParse(context.Value(_size), NumberStyles.None, CultureInfo.InvariantCulture, out uint size) || size > Most)
        {
            throw CliException.Usage($"The size '{context.Value(_size)}' is not a number from 0 to {Most}.");
        }

        byte[] random = new byte[size];
        context.WithTpm(tpm => tpm.GetRandom(random, context.Cancellation), old => old.GetRandom(random));

        context.Output.Bytes(random, context.Has(_hex), context.Value(_output), document =>
        {
            document.BeginMap();
            document.Bytes("random", random);
            document.EndMap();
        });
        random.AsSpan().Clear();
        return ExitCode.Ok;
    }
}

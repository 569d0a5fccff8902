using System.CommandLine;
using TpmHw.Cli.Pcrs;
using TpmHw.Spec;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_PCR_Extend (Part 3, 22.2).</summary>
internal sealed class PcrExtendCommand : CliCommand
{
    private readonly Argument<string[]> _digests = new("digests")
    {
        Description = "A PCR and what to extend it with in each bank, such as 4:sha1=f1d2…,sha256=e3b0…; several are done from left to right",
        Arity = ArgumentArity.OneOrMore,
    };

    public PcrExtendCommand()
        : base("pcrextend", "Extend PCRs with digests") => Arguments.Add(_digests);

    public override ExitCode Run(CommandContext context)
    {
        // All are understood before the first is sent.
        List<PcrDigests> extensions = [.. context.Values(_digests).Select(PcrDigests.Parse)];
        using Tpm2 tpm = context.OpenTpm();
        foreach (PcrDigests extension in extensions)
        {
            tpm.Commands.PcrExtend(TpmHandle.Pcr(extension.Pcr), extension.Digests, context.Cancellation);
        }

        return ExitCode.Ok;
    }
}

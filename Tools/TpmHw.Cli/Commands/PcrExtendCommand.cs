using System.CommandLine;
using TpmHw.Cli.Info;
using TpmHw.Cli.Pcrs;
using TpmHw.Spec;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_PCR_Extend (Part 3, 22.2), TPM_Extend.</summary>
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
        context.WithTpm(
            tpm =>
            {
                foreach (PcrDigests extension in extensions)
                {
                    tpm.Commands.PcrExtend(TpmHandle.Pcr(extension.Pcr), extension.Digests, cancellationToken: context.Cancellation);
                }
            },
            old => Extend(old, extensions));
        return ExitCode.Ok;
    }

    private static void Extend(Tpm12Commands tpm, List<PcrDigests> extensions)
    {
        List<PcrBank> banks = [tpm.Pcrs()];
        foreach (TpmtHa digest in extensions.SelectMany(static e => e.Digests))
        {
            PcrReader.Find(banks, digest.HashAlg);
        }

        foreach (PcrDigests extension in extensions)
        {
            tpm.Extend(extension.Pcr, extension.Digests[0].Digest.Span);
        }
    }
}

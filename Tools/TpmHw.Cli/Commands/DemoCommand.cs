using TpmHw.Cli.Info;
using TpmHw.Cli.Output;
using TpmHw.Cli.Pcrs;
using TpmHw.Cli.Wire;
using TpmHw.Spec;

namespace TpmHw.Cli.Commands;

/// <summary>A first look: a real TPM at work, without any hardware.</summary>
internal sealed class DemoCommand() : CliCommand("demo", "Show a TPM at work, and what the wire to it carries: libtpms behind a modelled chip in this process, where --tpm names no other")
{
    // The PCR for debugging: PC Client TPMs let everybody extend and reset it.
    private const int Pcr = 16;

    private const string Modelled = "sim:spi";

    private const string Measured = "tpmhw demo";

    /// <summary>An extend changes a TPM, so it takes more than a variable in the environment to have that done to a real one.</summary>
    public override string OwnConnection => Modelled;

    public override ExitCode Run(CommandContext context)
    {
        var wire = new WireLog();
        using Tpm2 tpm = context.OpenTpm(wire.See);
        var description = new Tpm20Description(tpm, context.Cancellation);
        int first = wire.Count;
        byte[] random = tpm.GetRandom(32, context.Cancellation);
        List<WireFrame> frames = wire.Range(first, wire.Count);
        var pcrs = new PcrReader(tpm, context.Cancellation);
        PcrBank bank = description.Banks.FirstOrDefault(static b => b.Algorithm == TpmAlgId.Sha256) ?? description.Banks[0];
        List<(int Pcr, byte[] Value)> before = pcrs.Read(bank);
        byte[] digest = Digest(tpm, bank.Algorithm, context.Cancellation);
        tpm.Commands.PcrExtend(TpmHandle.Pcr(Pcr), [new(bank.Algorithm, digest)], cancellationToken: context.Cancellation);
        byte[] after = pcrs.Read(new(bank.Algorithm, [Pcr]))[0].Value;
        byte[] old = before.Find(static p => p.Pcr == Pcr).Value;

        Page page = new Page()
            .Heading("tpmhw: a TPM at work")
            .Row("what", $"{description.Model}, TPM 2.0 by {Vendors.Describe(description.Manufacturer)}, firmware {description.Firmware}")
            .Row("where", Place(description.Info))
            .Row("has", $"{description.Algorithms.Count} algorithms, {description.Curves.Count} curves, PCR banks {string.Join(", ", description.Banks.Select(static b => b.Name))}")
            .Heading("32 random bytes (TPM2_GetRandom)")
            .Row("random", Convert.ToHexStringLower(random));
        if (frames.Count > 0)
        {
            page.Heading("TPM2_GetRandom on the wire, frame by frame").Frames(frames);
        }

        page.Heading($"PCRs of the {bank.Name} bank (TPM2_PCR_Read)")
            .Table(["PCR", "value"], before.Select(static p => new[] { $"{p.Pcr}", Convert.ToHexStringLower(p.Value) }))
            .Heading($"PCR {Pcr} extended with the digest of \"{Measured}\" (TPM2_PCR_Extend)")
            .Row("before", Convert.ToHexStringLower(old))
            .Row("digest", Convert.ToHexStringLower(digest))
            .Row("after", Convert.ToHexStringLower(after))
            .Text("The new value is the hash of the old one and the digest: a PCR can be added to, never set.")
            .Text("")
            .Text("Next: 'tpmhw probe' looks for TPMs of this machine, 'tpmhw --help' lists what there is.");
        context.Output.Page(page, document => Write(document, description, random, frames, before, digest, after));
        return ExitCode.Ok;
    }

    private static string Place(TpmTransportInfo info) => info switch
    {
        { Name: Modelled } => "libtpms in this process, behind a modelled chip on SPI; no TPM of this machine is touched",
        { Kind: "libtpms" } => "in this process; no TPM of this machine is touched",
        _ => info.Name,
    };

    /// <summary>The digest of what is measured, made by the TPM.</summary>
    private static byte[] Digest(Tpm2 tpm, TpmAlgId algorithm, CancellationToken cancellationToken) =>
        tpm.Commands.Hash(System.Text.Encoding.UTF8.GetBytes(Measured), algorithm, TpmRh.Null, cancellationToken: cancellationToken).OutHash.Span.ToArray();

    private static void Write(DocumentWriter document, Tpm20Description description, byte[] random, List<WireFrame> frames, List<(int Pcr, byte[] Value)> before, byte[] digest, byte[] after)
    {
        document.BeginMap();
        document.Text("connection", description.Info.Name);
        document.Text("model", description.Model);
        document.Text("manufacturer", description.Manufacturer);
        document.Text("firmware", description.Firmware);
        document.Bytes("random", random);
        WireReport.Write(document, "wire", frames);
        document.BeginMap("pcrs");
        foreach ((int pcr, byte[] value) in before)
        {
            document.Bytes(pcr.ToString(System.Globalization.CultureInfo.InvariantCulture), value);
        }

        document.EndMap();
        document.BeginMap("extend");
        document.Number("pcr", Pcr);
        document.Bytes("before", before.Find(static p => p.Pcr == Pcr).Value);
        document.Bytes("digest", digest);
        document.Bytes("after", after);
        document.EndMap();
        document.EndMap();
    }
}

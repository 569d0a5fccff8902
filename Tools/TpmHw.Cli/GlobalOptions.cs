using System.CommandLine;

namespace TpmHw.Cli;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    // Options are strings and flags only: those are the two forms that System.CommandLine brings ready compiled, and
    // what a string means is checked by who uses it, with an error that says more.
    public Option<string> Tpm { get; } = new("--tpm", "-T", "--tcti")
    {
        Description = "The TPM, such as device:/dev/tpmrm0, swtpm:path=/run/tpm.sock or libtpms; see 'tpmhw transports'. Without it TPMHW_TPM, TPM2TOOLS_TCTI or auto",
        HelpName = "connection",
        Recursive = true,
    };

    public Option<string> Pin { get; } = new("--pin")
    {
        Description = "Remember the TPM in a file: it is made at first use, and later ones refuse another TPM",
        HelpName = "file",
        Recursive = true,
    };

    public Option<string> Trust { get; } = new("--trust")
    {
        Description = "Refuse a TPM that none of these certificates of makers vouches for: a PEM or DER file, or a folder of them",
        HelpName = "roots",
        Recursive = true,
    };

    public Option<bool> NoProtection { get; } = new("--no-protection")
    {
        Description = "Send commands in clear, also where they cross a bus or a network",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write the result, and an error, as JSON",
        Recursive = true,
    };

    public Option<bool> Quiet { get; } = new("--quiet", "-Q")
    {
        Description = "Write nothing to standard output",
        Recursive = true,
    };

    public Option<bool> Verbose { get; } = new("--verbose", "-V")
    {
        Description = "Trace every command to standard error; errors come with a stack trace",
        Recursive = true,
    };

    public Option<string> Record { get; } = new("--record")
    {
        Description = "Record the commands and responses to a text file that 'tpmhw replay' reads",
        HelpName = "file",
        Recursive = true,
    };

    public Option<string> Pcap { get; } = new("--pcap")
    {
        Description = "Record the commands and responses to a capture that Wireshark opens",
        HelpName = "file",
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        root.Options.Add(Tpm);
        root.Options.Add(Pin);
        root.Options.Add(Trust);
        root.Options.Add(NoProtection);
        root.Options.Add(Json);
        root.Options.Add(Quiet);
        root.Options.Add(Verbose);
        root.Options.Add(Record);
        root.Options.Add(Pcap);
    }
}

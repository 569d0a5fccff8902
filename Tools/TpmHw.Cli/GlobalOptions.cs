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
        root.Options.Add(Json);
        root.Options.Add(Quiet);
        root.Options.Add(Verbose);
        root.Options.Add(Record);
        root.Options.Add(Pcap);
    }
}

using System.CommandLine;
using Microsoft.Extensions.Logging;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Hosting;
using TpmHw.ResourceManagement;
using TpmHw.Transport;
using TpmHw.Transports.Serving;

namespace TpmHw.Cli.Commands;

/// <summary>The TPM for other programs: any transport on one side, the protocols that they know on the other.</summary>
internal sealed class ServeCommand : CliCommand
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly Option<string[]> _listen = new("--listen", "-l")
    {
        Description = "What to listen with and where, such as swtpm:path=/run/tpm.sock, mssim:port=2321 or raw:port=6545; may be given several times",
        HelpName = "front end",
    };

    public ServeCommand()
        : base("serve", "Share the TPM with other programs, as swtpm, mssim or plain bytes would offer it")
    {
        Options.Add(_listen);
    }

    public override ExitCode Run(CommandContext context)
    {
        string[] frontEnds = context.Values(_listen);
        if (frontEnds.Length == 0)
        {
            throw CliException.Usage("Nobody could reach it.", "Say where to listen: --listen swtpm:path=/run/tpm.sock");
        }

        ITpmTransport transport = context.OpenTransport();
        using var share = new TpmQueue(new RetryTransport(transport));
        bool started = !transport.Info.HasResourceManager && TpmStart.TryStart(transport);
        using var server = new TpmServer(share, context.Log(LogLevel.Information));
        foreach (string frontEnd in frontEnds)
        {
            server.Listen(frontEnd);
        }

        context.Cancellation.WaitHandle.WaitOne();
        server.Stop(s_grace);
        if (started)
        {
            TpmStart.Shutdown(transport);
        }

        return ExitCode.Ok;
    }
}

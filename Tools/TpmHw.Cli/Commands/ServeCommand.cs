using System.CommandLine;
using Microsoft.Extensions.Logging;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Hosting;
using TpmHw.ResourceManagement;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Transports.Serving;

namespace TpmHw.Cli.Commands;

/// <summary>The TPM for other programs: any transport on one side, the protocols that they know on the other.</summary>
internal sealed class ServeCommand : CliCommand
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly Option<string[]> _listen = new("--listen", "-l")
    {
        Description = "What to listen with and where, such as swtpm:path=/run/tpm.sock, mssim:port=2321, raw:port=6545 or vtpm; may be given several times",
        HelpName = "front end",
    };

    private readonly Option<bool> _plain = new("--no-resource-manager")
    {
        Description = "Only queue the clients' commands; they then share the TPM's few slots and see each other's objects",
    };

    private readonly Option<bool> _perClient = new("--per-client")
    {
        Description = "Have --record, --pcap and --verbose show what each client sends in place of what reaches the TPM; each gets files of its own",
    };

    public ServeCommand()
        : base("serve", "Share the TPM with other programs, as swtpm, mssim or plain bytes would offer it")
    {
        Options.Add(_listen);
        Options.Add(_plain);
        Options.Add(_perClient);
    }

    public override string? WhyUnprotected => PassesBytesOn;

    public override ExitCode Run(CommandContext context)
    {
        string[] frontEnds = context.Values(_listen);
        if (frontEnds.Length == 0)
        {
            throw CliException.Usage("Nobody could reach it.", "Say where to listen: --listen swtpm:path=/run/tpm.sock");
        }

        bool perClient = context.Has(_perClient);
        ITpmTransport transport = context.OpenTransport(eachClient: perClient);
        ITpmShare shared = Share(transport, context);
        using ITpmShare share = perClient ? new RecordedShare(shared, context.ListenIn) : shared;
        bool started = !transport.Info.HasResourceManager && PowerUp.TryStart(transport);
        using var server = new TpmServer(share, context.Log(LogLevel.Information));
        foreach (string frontEnd in frontEnds)
        {
            server.Listen(frontEnd);
        }

        var manager = new ServiceManager(context.Host);
        manager.Ready();
        context.Cancellation.WaitHandle.WaitOne();
        manager.Stopping();
        if (server.Stop(s_grace) && started)
        {
            using ITpmTransport last = shared.Connect("stop"); // clients that are leaving have their turns before
            PowerUp.ShutDown(last);
        }

        return ExitCode.Ok;
    }

    /// <summary>A manager swaps contexts, which a TPM 1.2 has not and Windows does not let through; where somebody below shares the TPM, each client gets an opening of its own.</summary>
    private ITpmShare Share(ITpmTransport transport, CommandContext context)
    {
        if (transport.Info.HasResourceManager)
        {
            if (context.Records && !context.Has(_perClient))
            {
                throw new CliException(ExitCode.NotSupported, "A TPM that is opened for each client has no one place where it could be recorded.", "Add --per-client, or name one without a resource manager of its own, such as device:/dev/tpm0.");
            }

            context.OpenAnother().Dispose();
            return new TpmPerClient(transport.Info, context.OpenAnother);
        }

        var retry = new RetryTransport(transport);
        bool isQueue = context.Has(_plain) || transport.Info.ReservedCommands.Contains(TpmCc.ContextSave) || FamilyProbe.Find(retry) == TpmFamily.Tpm12;
        return isQueue ? new TpmQueue(retry) : new TpmResourceManager(retry);
    }
}

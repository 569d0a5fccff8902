using TpmHw.Cli.Errors;
using TpmHw.Transports;

namespace TpmHw.Cli.Commands;

/// <summary>The other end of a <c>cmd:</c> connection: commands from standard input, responses to standard output.</summary>
internal sealed class PipeCommand() : CliCommand("pipe", "Answer TPM commands on standard input with the TPM's responses, as 'cmd:ssh board tpmhw pipe' wants it")
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    public override string? WhyUnprotected => PassesBytesOn;

    public override ExitCode Run(CommandContext context)
    {
        if (context.Host.InputIsTerminal)
        {
            throw CliException.Usage("Nobody types TPM commands byte by byte.", "Let a program start this: --tpm 'cmd:ssh board tpmhw pipe'.");
        }

        using ITpmTransport transport = context.OpenTransport();

        // A thread of its own, because a read of standard input can't be ended from outside.
        Task server = Task.Factory.StartNew(
            () => TpmPipe.Serve(transport, context.Host.Input, context.Host.Output, context.Cancellation),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            Task.WaitAny([server], context.Cancellation);
        }
        catch (OperationCanceledException)
        {
            // A running command is being told to stop; where the server waits for the next one, there is nothing to wait for.
            Task.WaitAny([server], s_patience);
            throw;
        }

        server.GetAwaiter().GetResult();
        return ExitCode.Ok;
    }
}

using TpmHw.Spec;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_ReadClock (Part 3, 29.1).</summary>
internal sealed class ReadClockCommand() : CliCommand("readclock", "Write the TPM's time, clock and reset counters")
{
    public override ExitCode Run(CommandContext context)
    {
        TpmsTimeInfo now;
        using (Tpm2 tpm = context.OpenTpm())
        {
            now = tpm.Commands.ReadClock(cancellationToken: context.Cancellation).CurrentTime;
        }

        context.Output.Document(document =>
        {
            document.BeginMap();
            document.Number("time", now.Time);
            document.BeginMap("clock_info");
            document.Number("clock", now.ClockInfo.Clock);
            document.Number("reset_count", now.ClockInfo.ResetCount);
            document.Number("restart_count", now.ClockInfo.RestartCount);
            document.Flag("safe", now.ClockInfo.Safe);
            document.EndMap();
            document.EndMap();
        });
        return ExitCode.Ok;
    }
}

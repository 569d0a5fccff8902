using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Output;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>A recorded session, shown or sent again.</summary>
internal sealed class ReplayCommand : CliCommand
{
    private readonly Argument<string> _file = new("file") { Description = "A recording that --record made" };

    private readonly Option<bool> _show = new("--show") { Description = "Only show what was recorded; no TPM is needed" };

    private readonly Option<bool> _codes = new("--codes") { Description = "Compare the response codes alone, not the whole responses: random numbers and clocks differ each time" };

    public ReplayCommand()
        : base("replay", "Send a recorded session's commands to a TPM again, and tell which responses differ from the recorded ones")
    {
        Arguments.Add(_file);
        Options.Add(_show);
        Options.Add(_codes);
    }

    public override string? WhyUnprotected => PassesBytesOn;

    public override ExitCode Run(CommandContext context)
    {
        var recording = Recording.Load(context.Value(_file)!);
        List<Step> steps = context.Has(_show)
            ? [.. recording.Exchanges.Select(static e => new Step(e, null, false))]
            : Send(context, recording, context.Has(_codes));
        int differ = steps.Count(static s => s.Differs);
        Page page = new Page().Table(["", "command", "recorded", .. context.Has(_show) ? Array.Empty<string>() : ["now", ""]], steps.Select(Row));
        if (!context.Has(_show))
        {
            page.Text(differ == 0 ? $"{steps.Count} commands, all answered as recorded." : $"{steps.Count} commands, {differ} answered otherwise than recorded.");
        }

        context.Output.Page(page, document => Write(document, steps));
        return differ == 0 ? ExitCode.Ok : ExitCode.Different;
    }

    /// <summary>Checks that a TPM could answer as it was recorded. Nothing is sent otherwise: wrong HMACs may count as wrong passwords.</summary>
    private static void ThrowIfProtected(Recording recording)
    {
        int first = recording.Exchanges.ToList().FindIndex(static e => SessionBeginning.DependsOnNonces(e.Command));
        if (first >= 0)
        {
            throw new CliException(
                ExitCode.Different,
                $"This recording can't be replayed: from its command {first + 1} on it has a session whose nonces a TPM makes anew each time.",
                "The bus was protected when it was made. Record again with --no-protection, or look at this one with --show.");
        }
    }

    private static List<Step> Send(CommandContext context, Recording recording, bool codesOnly)
    {
        ThrowIfProtected(recording);
        var steps = new List<Step>();
        using ITpmTransport transport = context.OpenTransport();
        byte[] response = new byte[transport.Info.MaxResponseSize];
        foreach (RecordedExchange exchange in recording.Exchanges)
        {
            byte[] now = response[..transport.Transmit(exchange.Command, response, context.Cancellation)];
            bool differs = exchange.Response is not { } recorded
                || (codesOnly ? CodeOf(recorded) != CodeOf(now) : !recorded.AsSpan().SequenceEqual(now));
            steps.Add(new Step(exchange, now, differs));
        }

        return steps;
    }

    private static string[] Row(Step step, int index)
    {
        string[] recorded = [$"{index + 1}", NameOf(step.Recorded.Command), Outcome(step.Recorded)];
        return step.Now is null ? recorded : [.. recorded, Describe(step.Now), step.Differs ? "differs" : "same"];
    }

    private static string Outcome(RecordedExchange exchange) =>
        exchange.Response is { } response ? Describe(response) : exchange.Fault is { } fault ? $"failed: {fault.Fault}" : "cancelled";

    private static string Describe(byte[] response) => CodeOf(response) is { IsSuccess: false } error ? error.ToString() : $"success, {response.Length} bytes";

    private static string NameOf(byte[] command)
    {
        TpmHeader header = TpmHeader.Read(command);
        return header.Tag is TpmHeader.NoSessions or TpmHeader.Sessions ? ((TpmCc)header.Code).CommandName() : $"TPM 1.2 ordinal 0x{header.Code:X}";
    }

    private static TpmResponseCode CodeOf(byte[] response) => new(TpmHeader.Read(response).Code);

    private static void Write(DocumentWriter document, List<Step> steps)
    {
        document.BeginList();
        foreach (Step step in steps)
        {
            document.BeginMap();
            document.Text("name", NameOf(step.Recorded.Command));
            document.Bytes("command", step.Recorded.Command);
            Response("recorded", step.Recorded.Response);
            document.Text("fault", step.Recorded.Fault?.Fault.ToString());
            Response("now", step.Now);
            document.Flag("differs", step.Differs);
            document.EndMap();
        }

        document.EndList();

        void Response(string name, byte[]? response) => document.Text(name, response is null ? null : Convert.ToHexStringLower(response));
    }

    private sealed record Step(RecordedExchange Recorded, byte[]? Now, bool Differs);
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using TpmHw.Cli.Hosting;
using TpmHw.Wire;

namespace TpmHw.Cli.Errors;

/// <summary>What went wrong, as a user is told: what happened, what was seen, what to do.</summary>
internal sealed record Failure(ExitCode ExitCode, string Kind, string What, string Seen = "", string Advice = "")
{
    /// <summary>What an exception means to the user.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        CliException e => new(e.ExitCode, e.ExitCode.ToString(), e.Message, Advice: e.Advice),
        TpmTransportException e => new(Of(e.Fault), e.Fault.ToString(), e.Message, e.Evidence, e.Advice),
        TpmCommandBlockedException e => new(ExitCode.NotSupported, "Blocked", e.Message, Advice: e.Advice),
        TpmCommandException e => new(Of(e.Code), "TpmError", e.Message, Advice: e.Advice),
        TpmSessionException e => new(Of(e.Fault), e.Fault.ToString(), e.Message, Advice: AdviceOf(e)),
        TpmTrustException e => new(ExitCode.Failed, "Trust", e.Message, Advice: e.Advice),
        TpmException e => new(ExitCode.NoTpm, "BadResponse", e.Message, Advice: e.Advice),
        OperationCanceledException => new(ExitCode.Interrupted, "Interrupted", "Interrupted; the TPM was told to stop."),
        IOException or UnauthorizedAccessException => new(ExitCode.Failed, "InputOutput", exception.Message),
        _ => new(ExitCode.Failed, "Internal", $"tpmhw itself failed: {exception.Message}", exception.GetType().Name, "Run it again with --verbose and report what it prints."),
    };

    /// <summary>Writes it as one block, or as JSON.</summary>
    public void Write(CliHost host, bool json, Exception? trace)
    {
        host.Error.Write(json ? Json() : Block(host.WantsColour(host.ErrorIsTerminal), trace));
        host.Error.Flush();
    }

    private static ExitCode Of(TpmFault fault) => fault switch
    {
        TpmFault.BadConnectionString => ExitCode.Usage,
        TpmFault.NotSupported => ExitCode.NotSupported,
        _ => ExitCode.NoTpm,
    };

    private static ExitCode Of(TpmSessionFault fault) => fault switch
    {
        TpmSessionFault.NoSaltKey or TpmSessionFault.UnfitKey or TpmSessionFault.InClear or TpmSessionFault.NoRoom => ExitCode.NotSupported,
        TpmSessionFault.TpmReset or TpmSessionFault.OutOfStep or TpmSessionFault.OutcomeUnknown => ExitCode.Failed,
        _ => ExitCode.Different,
    };

    /// <summary>The library's advice, which names its own options, in the words of the command line.</summary>
    private static string AdviceOf(TpmSessionException e) => e.Fault switch
    {
        TpmSessionFault.NoSaltKey => "Make an endorsement or storage key persistent, or do without protection: --no-protection.",
        TpmSessionFault.NotCertified => "It may not be a genuine TPM of a manufacturer that you trust. If you know that it is, add the manufacturer's root and intermediate certificates to what --trust names; a TPM without a certificate can be pinned instead: --pin.",
        _ => e.Advice,
    };

    /// <summary>A TPM's error by what tpm2-tools would exit with.</summary>
    private static ExitCode Of(TpmResponseCode code) => code.Base.Value switch
    {
        TpmRc.AuthFail or TpmRc.BadAuth or TpmRc.Lockout => ExitCode.Authorization,
        TpmRc.PolicyFail or TpmRc.Expired or TpmRc.PolicyCc => ExitCode.Authorization,
        TpmRc.AuthType or TpmRc.AuthMissing or TpmRc.AuthUnavailable => ExitCode.Authorization,
        Tpm12Rc.AuthFail or Tpm12Rc.Auth2Fail or Tpm12Rc.DefendLockRunning => ExitCode.Authorization,
        TpmRc.CommandCode or Tpm12Rc.BadOrdinal => ExitCode.NotSupported,
        _ => ExitCode.Failed,
    };

    private byte[] Block(bool colour, Exception? trace)
    {
        var text = new StringBuilder();
        text.Append(colour ? "\e[1;31mtpmhw:\e[0m " : "tpmhw: ").Append(What).Append('\n');
        Part(text, "  Seen:  ", Seen);
        Part(text, "  To do: ", Advice);
        if (trace is not null)
        {
            text.Append(trace).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Part(StringBuilder text, string label, string lines)
    {
        if (lines.Length > 0)
        {
            text.Append(label).Append(lines.ReplaceLineEndings("\n" + new string(' ', label.Length))).Append('\n');
        }
    }

    private ReadOnlySpan<byte> Json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("kind", Kind);
            json.WriteString("message", What);
            json.WriteString("seen", Seen);
            json.WriteString("advice", Advice);
            json.WriteNumber("exit_code", (int)ExitCode);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }
}

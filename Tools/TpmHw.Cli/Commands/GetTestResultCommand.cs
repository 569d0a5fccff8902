using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_GetTestResult (Part 3, 10.4).</summary>
internal sealed class GetTestResultCommand() : CliCommand("gettestresult", "Write how the TPM's test of itself went; works in failure mode too")
{
    public override ExitCode Run(CommandContext context)
    {
        TpmResponseCode result;
        byte[] data;
        using (Tpm2 tpm = context.OpenTpm())
        {
            var response = tpm.Commands.GetTestResult(cancellationToken: context.Cancellation);
            (result, data) = (response.TestResult, response.OutData.Span.ToArray());
        }

        string status = result.Base.Value switch
        {
            TpmRc.Success => "success",
            TpmRc.Testing => "testing",
            TpmRc.NeedsTest => "not tested",
            _ => "failed",
        };
        context.Output.Document(document =>
        {
            document.BeginMap(column: 10);
            document.Text("status", status);
            if (data.Length > 0)
            {
                document.Text("data", Convert.ToHexStringLower(data));
            }

            if (status == "failed")
            {
                document.Number("code", result.Value, Output.NumberForm.Hex);
            }

            document.EndMap();
        });
        return status == "failed" ? ExitCode.Different : ExitCode.Ok;
    }
}

using TpmHw.Wire;

namespace TpmHw.Spec.Commands;

/// <summary>TPM2_SelfTest: makes the TPM test itself (Part 3, 10.2).</summary>
/// <param name="FullTest">Everything anew; otherwise only what has not been tested.</param>
[TpmCommand(TpmCc.SelfTest, Duration = CommandDuration.Prompt, Repeatable = true)]
public readonly partial record struct SelfTest(bool FullTest);

/// <summary>TPM2_IncrementalSelfTest: makes the TPM test some algorithms (Part 3, 10.3).</summary>
/// <param name="ToTest">The algorithms.</param>
[TpmCommand(TpmCc.IncrementalSelfTest, Repeatable = true)]
public readonly partial record struct IncrementalSelfTest(TpmlAlg ToTest)
{
    /// <summary>What TPM2_IncrementalSelfTest answers.</summary>
    /// <param name="ToDoList">Those that are still to be tested.</param>
    public readonly partial record struct Response(TpmlAlg ToDoList);
}

/// <summary>TPM2_GetTestResult: how the self-test went; works in failure mode too (Part 3, 10.4).</summary>
[TpmCommand(TpmCc.GetTestResult, Duration = CommandDuration.Prompt, Repeatable = true)]
public readonly partial record struct GetTestResult
{
    /// <summary>What TPM2_GetTestResult answers.</summary>
    /// <param name="OutData">What the manufacturer has to say of it.</param>
    /// <param name="TestResult">Success, TPM_RC_NEEDS_TEST, TPM_RC_TESTING, or what failed.</param>
    public readonly partial record struct Response(Tpm2bMaxBuffer OutData, TpmResponseCode TestResult);
}

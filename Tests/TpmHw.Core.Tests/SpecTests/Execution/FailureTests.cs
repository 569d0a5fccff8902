using TpmHw.Spec;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Every command of libtpms fails in its typical way, as an error that says how.</summary>
public sealed class FailureTests
{
    private static readonly Lazy<List<(TpmCc Command, string How, string Code)>> s_seen = new(Run);

    /// <summary>What failed, how, and with which code.</summary>
    internal static IReadOnlyList<(TpmCc Command, string How, string Code)> Seen => s_seen.Value;

    [Fact]
    public void Every_command_that_libtpms_has_fails_with_the_code_that_is_expected()
    {
        Assert.Equal(Failures.All.Select(f => (f.How, f.Code)), Seen.Select(s => (s.How, s.Code)));
        Assert.Empty(EveryCommand.Exchanges.Select(e => e.Code).Distinct().Except(Seen.Select(s => s.Command)));
    }

    private static List<(TpmCc Command, string How, string Code)> Run()
    {
        using var bench = new FailureBench();
        var seen = new List<(TpmCc, string, string)>();
        foreach (Failure failure in Failures.All)
        {
            try
            {
                failure.Run(bench);
                seen.Add((default, failure.How, "it did not fail"));
            }
            catch (TpmCommandException e)
            {
                Assert.Contains(e.Command.CommandName(), e.Message, StringComparison.Ordinal);
                seen.Add((e.Command, failure.How, e.Code.ToString()));
            }
        }

        return seen;
    }
}

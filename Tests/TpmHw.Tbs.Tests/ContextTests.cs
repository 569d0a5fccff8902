using TpmHw.Testing;

namespace TpmHw.Tbs.Tests;

public sealed class ContextTests(TbsBench bench) : TbsTestBase(bench)
{
    [Fact]
    public void A_context_that_windows_has_ended_fails_one_command_and_a_new_one_is_opened_for_the_next()
    {
        using ITpmTransport transport = Open("tbs:version=2.0");
        Random(transport);
        Double.LoseContexts();

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Random(transport));

        Assert.Equal(TpmFault.Disconnected, error.Fault);
        Assert.Contains("TBS_E_INVALID_CONTEXT", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("What was loaded in the context is gone", error.Advice, StringComparison.Ordinal);
        Assert.Equal(0u, Double.Seen(DoubleSeen.OpenContexts));
        Assert.Equal(0u, Random(transport));
        Assert.Equal(1u, Double.Seen(DoubleSeen.OpenContexts));
        Assert.Equal(4u, Double.Seen(DoubleSeen.Flags));
    }

    [Fact]
    public void A_context_that_is_lost_while_a_command_waits_is_the_same()
    {
        using ITpmTransport transport = Open("tbs");
        Double.Delay(60_000);
        using var loser = new Timer(_ => Double.LoseContexts(), null, 50, Timeout.Infinite);

        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => Random(transport)).Fault);

        Double.Delay(0);
        Assert.Equal(0u, Random(transport));
    }

    [Fact]
    public void A_service_that_was_stopped_is_told_of_until_it_runs_again()
    {
        using ITpmTransport transport = Open("tbs");
        Double.LoseContexts();
        Double.Fail(DoubleFunction.Submit, 0x80284008);
        Double.Fail(DoubleFunction.Create, 0x80284010, times: 2);

        // The command that meets it, then two for which no new context can be opened.
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(TpmFault.ServiceNotRunning, Assert.Throws<TpmTransportException>(() => Random(transport)).Fault);
        }

        Assert.Equal(0u, Double.Seen(DoubleSeen.Executed));
        Assert.Equal(0u, Random(transport));
    }

    [Fact]
    public void A_service_that_restarts_is_waited_for_before_the_next_command()
    {
        using ITpmTransport transport = Open("tbs");
        Double.LoseContexts();
        Assert.Throws<TpmTransportException>(() => Random(transport));
        Double.Fail(DoubleFunction.Create, TbsError.ServiceStartPending, times: 2);

        Assert.Equal(0u, Random(transport));
    }

    [Fact]
    public void A_tpm_that_is_not_reached_fails_the_command_and_keeps_the_context()
    {
        using ITpmTransport transport = Open("tbs");
        Assert.Equal(0u, Send(transport, RawCommands.Long(TpmFamily.Tpm20)));
        Double.Fail(DoubleFunction.Submit, 0x80284006);

        Assert.Equal(TpmFault.InputOutput, Assert.Throws<TpmTransportException>(() => Random(transport)).Fault);

        // TPM2_ReadPublic: what was loaded before is still there.
        Assert.Equal(0u, Send(transport, RawCommands.Command(0x8001, 0x173, [0x80, 0, 0, 0])));
    }
}

namespace TpmHw.Core.Tests;

public sealed class TpmExceptionTests
{
    [Fact]
    public void A_program_that_does_not_catch_it_shows_what_was_seen_and_what_to_do()
    {
        var error = new TpmTransportException(TpmFault.Timeout, "It was late.", "9 ms of 5 ms", "Wait longer.", new IOException("cause"));
        string[] lines = error.ToString().Split(Environment.NewLine);
        Assert.Equal("TpmHw.TpmTransportException: It was late.", lines[0]);
        Assert.Equal("Seen: 9 ms of 5 ms", lines[1]);
        Assert.StartsWith("To do: Wait longer.", lines[2], StringComparison.Ordinal);
        Assert.Contains("cause", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_there_is_nothing_to_say_of_takes_no_line()
    {
        string text = new TpmTransportException(TpmFault.Timeout, "It was late.").ToString();
        Assert.Equal("TpmHw.TpmTransportException: It was late.", text);
    }
}

using TpmHw.Transports.Gpio;
using TpmHw.Transports.Spi;
using TpmHw.Transport;

namespace TpmHw.Transports.Tests.Spi;

public sealed class SpidevTransportTests
{
    [Theory]
    [InlineData("spidev:/dev/no-such-spidev,wait=sometimes", "auto, none, poll, always, padded")]
    [InlineData("spidev:/dev/no-such-spidev,hz=0", "1 hertz")]
    [InlineData("spidev:/dev/no-such-spidev,hz=fast", "a whole number")]
    [InlineData("spidev:/dev/no-such-spidev,speed=1", "'speed'")]
    public void What_is_not_understood_is_refused(string connectionString, string hint)
    {
        TpmTransportException error = Fails(connectionString);
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spidev:/dev/no-such-spidev", "There is no /dev/no-such-spidev.")]
    [InlineData("spidev:/dev/null", "/dev/null is no spidev node.")]
    [InlineData("spidev:/dev/no-such-spidev,reset=gpiochip77/24", "There is no /dev/gpiochip77.")]
    [InlineData("spidev:/dev/no-such-spidev,irq=/dev/null/25", "null/25 is no GPIO chip.")]
    [InlineData("spidev:/dev/no-such-spidev,cs=NO_SUCH_LINE", "No GPIO line is called 'NO_SUCH_LINE'.")]
    public void What_is_not_there_is_named(string connectionString, string message)
    {
        TpmTransportException error = Fails(connectionString);
        Assert.Equal((TpmFault.NotFound, message), (error.Fault, error.Message));
    }

    [Fact]
    public void A_reset_pulls_the_line_and_waits_for_the_tpm_and_opening_does_neither()
    {
        var line = new TestLine();
        var clock = new TestClock();
        var levels = new List<(bool, TimeSpan)>();
        line.Changed = level => levels.Add((level, clock.Now));
        ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        using (var transport = new ResetLineTransport(tpm, line, clock))
        {
            Assert.Empty(levels);
            transport.FindAbility<ITpmReset>()!.Reset();
            Assert.Equal([(false, TimeSpan.Zero), (true, TimeSpan.FromMilliseconds(100))], levels);
            Assert.Equal(TimeSpan.FromMilliseconds(130), clock.Now);
            Assert.Equal(tpm.Info, transport.Info);
        }

        Assert.True(line.IsDisposed);
    }

    private static TpmTransportException Fails(string connectionString) =>
        Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(connectionString));
}

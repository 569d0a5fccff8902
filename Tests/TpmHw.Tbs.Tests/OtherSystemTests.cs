using TpmHw.Transports;

namespace TpmHw.Tbs.Tests;

/// <summary>The assembly as it is, on a system that is not Windows.</summary>
[Trait("System", "Unix")]
public sealed class OtherSystemTests
{
    [Fact]
    public void It_loads_and_says_that_tbs_is_windows_only()
    {
        var copy = new SecondCopy(library: null);
        foreach (Action action in (Action[])[() => copy.Open(), () => copy.ReadDeviceInfo()])
        {
            TpmTransportException error = Assert.Throws<TpmTransportException>(action);
            Assert.Equal(TpmFault.NotSupported, error.Fault);
            Assert.Contains("Windows", error.Message, StringComparison.Ordinal);
            Assert.Contains("device:", error.Advice, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_connection_string_says_so_too()
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("tbs"));
        Assert.Equal(TpmFault.NotSupported, error.Fault);
        Assert.Contains("Windows", error.Advice, StringComparison.Ordinal);
    }
}

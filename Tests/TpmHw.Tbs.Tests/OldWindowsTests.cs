using TpmHw.Testing;

namespace TpmHw.Tbs.Tests;

/// <summary>The double as an old Windows, without the functions that came later: it works, and what is missing is said when it is wanted.</summary>
public sealed class OldWindowsTests : TbsTestBase, IDisposable
{
    private static readonly SecondCopy s_copy = new(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tbs-old.dll" : "libtbsdouble-old.so"));

    private readonly TbsDouble _old = new(s_copy.Library);

    public OldWindowsTests(TbsBench bench)
        : base(bench)
    {
        Double.Disconnect(); // swtpm serves one
        _old.Reset();
        _old.Connect(TpmFamily.Tpm20, bench.PortOf(TpmFamily.Tpm20));
    }

    public void Dispose() => _old.Disconnect();

    [Fact]
    public void Commands_work_and_the_family_is_left_to_the_tpm()
    {
        using ITpmTransport transport = s_copy.Open();
        Assert.Null(transport.Info.Family);
        Assert.Equal(0u, Random(transport));
        Assert.Equal(0u, Double.Seen(DoubleSeen.OpenContexts));
    }

    [Fact]
    public void The_current_event_log_is_read_the_old_way()
    {
        using ITpmTransport transport = s_copy.Open();
        byte[] log = [.. Enumerable.Range(0, 60).Select(static i => (byte)i)];
        foreach (int growths in (int[])[0, 2])
        {
            _old.Log(TpmEventLogKind.Current, log, growths);
            byte[] read = (byte[])SecondCopy.Call(transport, "ReadEventLog", (int)TpmEventLogKind.Current)!;
            Assert.Equal(log[..read.Length], read);
            Assert.InRange(read.Length, log.Length - 10, log.Length);
        }
    }

    [Theory]
    [InlineData("Tbsi_Get_TCG_Log_Ex", "1803", "ReadEventLog", 2)]
    [InlineData("Tbsi_GetDeviceInfo", "Windows 8", "ReadImplementationInfo")]
    [InlineData("Tbsi_Get_OwnerAuth", "Windows 8", "ReadOwnerAuthorization", 1)]
    [InlineData("Tbsi_Revoke_Attestation", "Windows 8", "RevokeAttestation")]
    [InlineData("Tbsi_Create_Windows_Key", "Windows 10", "CreateWindowsKey", 0x81000001u)]
    public void A_missing_function_is_named_with_the_windows_that_brought_it(string function, string since, string method, params object[] arguments)
    {
        using ITpmTransport transport = s_copy.Open();

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => SecondCopy.Call(transport, method, arguments));

        Assert.Equal(TpmFault.NotSupported, error.Fault);
        Assert.Contains(function, error.Message, StringComparison.Ordinal);
        Assert.Contains(since, error.Advice, StringComparison.Ordinal);
        Assert.Equal(0u, Random(transport));
    }
}

using TpmHw.Wire;

namespace TpmHw.Tbs.Tests;

public sealed class TbsErrorTests(TbsBench bench) : TbsTestBase(bench)
{
    /// <summary>Every code of the TPM Base Services, its name in the documentation, and what kind of failure it is here.</summary>
    public static TheoryData<uint, string, TpmFault> Codes => new()
    {
        { 0x80284001, "TBS_E_INTERNAL_ERROR", TpmFault.InputOutput },
        { 0x80284002, "TBS_E_BAD_PARAMETER", TpmFault.ProtocolViolation },
        { 0x80284003, "TBS_E_INVALID_OUTPUT_POINTER", TpmFault.ProtocolViolation },
        { 0x80284004, "TBS_E_INVALID_CONTEXT", TpmFault.Disconnected },
        { 0x80284005, "TBS_E_INSUFFICIENT_BUFFER", TpmFault.BadResponse },
        { 0x80284006, "TBS_E_IOERROR", TpmFault.InputOutput },
        { 0x80284007, "TBS_E_INVALID_CONTEXT_PARAM", TpmFault.NotSupported },
        { 0x80284008, "TBS_E_SERVICE_NOT_RUNNING", TpmFault.ServiceNotRunning },
        { 0x80284009, "TBS_E_TOO_MANY_TBS_CONTEXTS", TpmFault.Busy },
        { 0x8028400A, "TBS_E_TOO_MANY_RESOURCES", TpmFault.Busy },
        { 0x8028400B, "TBS_E_SERVICE_START_PENDING", TpmFault.ServiceNotRunning },
        { 0x8028400C, "TBS_E_PPI_NOT_SUPPORTED", TpmFault.NotSupported },
        { 0x8028400D, "TBS_E_COMMAND_CANCELED", TpmFault.Aborted },
        { 0x8028400E, "TBS_E_BUFFER_TOO_LARGE", TpmFault.ProtocolViolation },
        { 0x8028400F, "TBS_E_TPM_NOT_FOUND", TpmFault.NotFound },
        { 0x80284010, "TBS_E_SERVICE_DISABLED", TpmFault.ServiceNotRunning },
        { 0x80284011, "TBS_E_NO_EVENT_LOG", TpmFault.NotFound },
        { 0x80284012, "TBS_E_ACCESS_DENIED", TpmFault.AccessDenied },
        { 0x80284013, "TBS_E_PROVISIONING_NOT_ALLOWED", TpmFault.AccessDenied },
        { 0x80284014, "TBS_E_PPI_FUNCTION_UNSUPPORTED", TpmFault.NotSupported },
        { 0x80284015, "TBS_E_OWNERAUTH_NOT_FOUND", TpmFault.NotFound },
        { 0x80284016, "TBS_E_PROVISIONING_INCOMPLETE", TpmFault.NotReady },
        { 0x80070005, "TBS_E_ACCESS_DENIED (0x80070005)", TpmFault.AccessDenied },
        { 0x800706BA, "0x800706BA", TpmFault.InputOutput },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_command_that_meets_it_fails_with_name_words_and_advice_and_the_next_one_works(uint code, string name, TpmFault fault)
    {
        using ITpmTransport transport = Open("tbs");
        Double.Fail(DoubleFunction.Submit, code);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Random(transport));

        Assert.Equal(fault, error.Fault);
        Assert.NotEmpty(error.Message);
        Assert.NotEmpty(error.Advice);
        Assert.Contains("Tbsip_Submit_Command", error.Evidence, StringComparison.Ordinal);
        Assert.Contains(name, error.Evidence, StringComparison.Ordinal);
        Assert.Equal(0u, Double.Seen(DoubleSeen.Executed));
        Assert.Equal(0u, Random(transport));
        Assert.Equal(1u, Double.Seen(DoubleSeen.OpenContexts));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void An_opening_that_meets_it_says_so_and_the_next_one_works(uint code, string name, TpmFault fault)
    {
        Double.Fail(DoubleFunction.Create, code);
        if (code == TbsError.ServiceStartPending)
        {
            Open("tbs").Dispose(); // waited for
            return;
        }

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open("tbs"));

        Assert.Equal(fault, error.Fault);
        Assert.Contains("Tbsi_Context_Create", error.Evidence, StringComparison.Ordinal);
        Assert.Contains(name, error.Evidence, StringComparison.Ordinal);
        using ITpmTransport transport = Open("tbs");
        Assert.Equal(0u, Random(transport));
    }

    [Fact]
    public void Every_code_that_has_words_has_a_fault_here()
    {
        IEnumerable<uint> named = Enumerable.Range(0x4000, 0x100).Select(static low => 0x80280000 | (uint)low).Where(static c => new TpmResponseCode(c).Name != "unassigned");
        Assert.Equal(named, Codes.Select(static row => (uint)((object[])row)[0]).Where(static c => c >> 16 == 0x8028));
    }

    [Fact]
    public void A_service_that_starts_is_waited_for()
    {
        Double.Fail(DoubleFunction.Create, TbsError.ServiceStartPending, times: 3);
        using ITpmTransport transport = Open("tbs");
        Assert.Equal(0u, Random(transport));
    }
}

using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Mmio;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Registers.Crb;
using TpmHw.Transports.Tests.Crb;
using TpmHw.Transports.Tests.Linux;

namespace TpmHw.Transports.Tests.Mmio;

public sealed class MmioTransportTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Crb_is_found_by_its_interface_identifier()
    {
        using var bench = new CrbBench(CrbProfiles.Qemu);
        using ITpmTransport tpm = Open(bench, 0xFED4_0000);
        Assert.IsType<CrbDriver>(tpm);
        Assert.Equal("mmio", tpm.Info.Kind);
        tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 4), new byte[4096]);
    }

    [Fact]
    public void Without_an_address_the_acpi_table_tells()
    {
        using var bench = new CrbBench(CrbProfiles.AmdFtpm);
        PutTable(Acpi.Table(4, 76, CrbProfiles.AmdFtpm.Area.ControlAddress, 7));
        using ITpmTransport tpm = Open(bench, null);
        tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 4), new byte[4096]);
    }

    [Fact]
    public void A_page_that_belongs_to_the_device_has_localities()
    {
        var profile = CrbProfiles.Strict with { Area = CrbArea.AtLocality0(0xDB64_B000) };
        using var bench = new CrbBench(profile);
        PutTable(Acpi.Table(4, 76, profile.Area.ControlAddress, 7));
        _machine.Put("proc/iomem", "db600000-db6fffff : ACPI Non-volatile Storage\n  db64b000-db64ffff : MSFT0101:00");
        using ITpmTransport tpm = Open(bench, null);
        ((ITpmLocality)tpm).Locality = 1;
        Assert.Equal(1, bench.Model.ActiveLocality);
    }

    [Fact]
    public void Without_a_table_it_is_the_usual_address()
    {
        using var bench = new CrbBench(CrbProfiles.Qemu);
        Open(bench, null).Dispose();
    }

    [Fact]
    public void A_start_method_of_the_kernels_is_refused_before_anything_is_touched()
    {
        PutTable(Acpi.Table(4, 76, 0xFED4_0040, 2));
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(
            () => MmioTransport.Open("mmio", null, null, null, _machine.Host, (_, _) => throw new InvalidOperationException("touched"))).Fault);
    }

    [Fact]
    public void Nothing_at_the_address_is_told()
    {
        using var bench = new CrbBench(CrbProfiles.Strict);
        bench.Inject(new Fault(FaultKind.Absent));
        Assert.Equal(TpmFault.FloatingBus, Assert.Throws<TpmTransportException>(() => Open(bench, 0xFED4_0000)).Fault);
        Assert.Equal(TpmFault.FloatingBus, Assert.Throws<TpmTransportException>(() => Open(bench, 0xFED4_0000, TpmInterfaceType.Fifo)).Fault);
        Assert.Equal(TpmFault.FloatingBus, Assert.Throws<TpmTransportException>(() => Open(bench, 0xFED4_0000, TpmInterfaceType.Crb)).Fault);
        Assert.Equal(0, bench.Model.Mapped);
        bench.Model.ClearFaults();
    }

    [Theory]
    [InlineData("mmio:0xFED40001")]
    [InlineData("mmio:4275306497")]
    [InlineData("mmio:0x1FFFFFFFFFFFFF000")]
    [InlineData("mmio:here")]
    [InlineData("mmio:0xFED40000,interface=i2c")]
    public void What_is_no_address_is_told(string connectionString) =>
        Assert.Equal(TpmFault.BadConnectionString, Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(connectionString)).Fault);

    [Fact]
    public void It_is_never_found_by_itself() => Assert.Empty(MmioTransport.Descriptor.FindCandidates());

    private ITpmTransport Open(CrbBench bench, ulong? address, TpmInterfaceType? wanted = null) =>
        MmioTransport.Open("mmio", address, wanted, null, _machine.Host, bench.Model.Map);

    private void PutTable(byte[] table)
    {
        string path = _machine.Put("sys/firmware/acpi/tables/TPM2", "");
        File.WriteAllBytes(path, table);
    }
}

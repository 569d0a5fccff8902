using System.Buffers.Binary;
using TpmHw.Transports.Mmio;

namespace TpmHw.Transports.Tests.Mmio;

public class Tpm2TableTests
{
    [Fact]
    public void Revision_3_ends_after_the_start_method()
    {
        var table = Tpm2Table.Parse(Acpi.Table(revision: 3, length: 52, control: 0xFED4_0040, startMethod: 7));
        Assert.Equal(3, table.Revision);
        Assert.Null(table.IsServer);
        Assert.Equal(0xFED4_0040ul, table.ControlAddress);
        Assert.Equal(TpmStartMethod.Crb, table.StartMethod);
        Assert.Null(table.Log);
    }

    [Fact]
    public void Revision_4_has_platform_class_and_log()
    {
        byte[] bytes = Acpi.Table(revision: 4, length: 76, control: 0, startMethod: 6, platformClass: 1, log: (0x7000_1000, 0x10000));
        var table = Tpm2Table.Parse(bytes);
        Assert.True(table.IsServer);
        Assert.Equal(TpmStartMethod.Fifo, table.StartMethod);
        Assert.Equal((0x7000_1000ul, 0x10000u), table.Log);
    }

    [Fact]
    public void Revision_5_has_longer_parameters_before_the_log()
    {
        var table = Tpm2Table.Parse(Acpi.Table(revision: 5, length: 80, control: 0xFED4_0040, startMethod: 7, log: (0x1_2345_6000, 0x8000)));
        Assert.False(table.IsServer);
        Assert.Equal((0x1_2345_6000ul, 0x8000u), table.Log);
    }

    [Theory]
    [InlineData(4, 52)]
    [InlineData(4, 64)]
    [InlineData(4, 75)]
    [InlineData(5, 76)]
    public void A_table_without_a_whole_log_has_none(byte revision, int length) =>
        Assert.Null(Tpm2Table.Parse(Acpi.Table(revision, length, 0xFED4_0040, 7)).Log);

    [Theory]
    [InlineData(0, "begin with TPM2")] // signature
    [InlineData(4, "header gives 77 bytes")] // length
    [InlineData(8, "add up to 0x01")] // revision, without the checksum
    [InlineData(9, "add up to 0x01")] // checksum
    [InlineData(75, "add up to 0x01")] // last byte
    public void A_damaged_byte_is_found(int at, string told)
    {
        byte[] table = Acpi.Table(4, 76, 0xFED4_0040, 7);
        table[at]++;
        AssertBad(told, table);
    }

    [Fact]
    public void Every_shorter_table_is_damaged()
    {
        byte[] table = Acpi.Table(4, 76, 0xFED4_0040, 7);
        for (int length = 0; length < table.Length; length++)
        {
            AssertBad("damaged", table[..length]);
        }

        AssertBad("header gives 76 bytes", [.. table, 0]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void An_unknown_revision_is_told(byte revision) => AssertBad($"revision is {revision}", Acpi.Table(revision, 80, 0xFED4_0040, 7));

    [Fact]
    public void An_unknown_platform_class_is_told() => AssertBad("class is 2", Acpi.Table(4, 76, 0xFED4_0040, 7, platformClass: 2));

    [Theory]
    [InlineData(2, "ACPI start")]
    [InlineData(8, "CRB with ACPI start")]
    [InlineData(11, "ARM SMC")]
    [InlineData(13, "Pluton")]
    [InlineData(15, "FF-A")]
    [InlineData(3, "not known")]
    public void What_only_the_kernel_can_start_is_refused_and_named(uint method, string name)
    {
        var table = Tpm2Table.Parse(Acpi.Table(4, 76, 0xFED4_0040, method));
        TpmTransportException error = Assert.Throws<TpmTransportException>(table.CheckStartMethod);
        Assert.Equal(TpmFault.NotSupported, error.Fault);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains($"start method {method} ", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("/dev/tpmrm0", error.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xFED4_0040, false, true)]
    [InlineData(0xFED4_2040, false, true)]
    [InlineData(0xFED4_0050, true, false)] // no page begins 0x40 before
    [InlineData(0xDB64_B040, false, false)]
    [InlineData(0xDB64_B040, true, true)]
    public void Localities_are_there_where_the_page_is_the_tpms(ulong control, bool isResource, bool hasLocalities)
    {
        var table = Tpm2Table.Parse(Acpi.Table(4, 76, control, 7));
        Assert.Equal(new(control, hasLocalities), table.CrbArea(_ => isResource));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x40)]
    [InlineData(0xFED4_0041)]
    public void A_control_area_that_can_not_be_is_told(ulong control) =>
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => Tpm2Table.Parse(Acpi.Table(4, 76, control, 7)).CrbArea(_ => true)).Fault);

    private static void AssertBad(string told, byte[] table)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Tpm2Table.Parse(table));
        Assert.Equal(TpmFault.ProtocolViolation, error.Fault);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }
}

/// <summary>ACPI tables made by hand.</summary>
internal static class Acpi
{
    public static byte[] Table(byte revision, int length, ulong control, uint startMethod, ushort platformClass = 0, (ulong Address, uint Size)? log = null)
    {
        byte[] table = new byte[length];
        "TPM2"u8.CopyTo(table);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), length);
        table[8] = revision;
        "MAKERS"u8.CopyTo(table.AsSpan(10));
        "BYHAND  "u8.CopyTo(table.AsSpan(16));
        BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(36), platformClass);
        BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(40), control);
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(48), startMethod);
        if (log is { } area)
        {
            int at = revision >= 5 ? 68 : 64;
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), area.Size);
            BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(at + 4), area.Address);
        }

        byte sum = 0;
        foreach (byte one in table)
        {
            sum += one;
        }

        table[9] = (byte)-sum;
        return table;
    }
}

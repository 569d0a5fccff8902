using TpmHw.Wire;

namespace TpmHw.Core.Tests;

public sealed class TpmReaderTests
{
    [Fact]
    public void A_size_beyond_the_end_is_a_format_error()
    {
        Assert.Throws<TpmFormatException>(() => new TpmReader([0x00, 0x05, 1, 2]).ReadSized());
    }

    [Fact]
    public void A_size_above_the_structures_maximum_is_a_format_error()
    {
        Assert.Throws<TpmFormatException>(() => new TpmReader([0x00, 0x02, 1, 2]).ReadSized(maxSize: 1));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0, 0, 0, 3, 1, 1 })]
    public void A_count_of_more_items_than_there_can_be_is_a_format_error(byte[] bytes)
    {
        Assert.Throws<TpmFormatException>(() => new TpmReader(bytes).ReadCount(maxCount: 8));
    }

    [Fact]
    public void Bytes_left_over_are_a_format_error()
    {
        Assert.Throws<TpmFormatException>(() =>
        {
            var reader = new TpmReader([1, 2]);
            reader.ReadUInt8();
            reader.ReadEnd();
        });
    }

    [Fact]
    public void What_the_writer_wrote_the_reader_reads()
    {
        var writer = new TpmWriter(stackalloc byte[64]);
        writer.WriteUInt8(0x01);
        writer.WriteUInt16(0x0203);
        writer.WriteUInt32(0x04050607);
        writer.WriteUInt64(0x08090A0B0C0D0E0F);
        int size = writer.OpenSize16();
        writer.WriteSized([0xAA, 0xBB]);
        writer.CloseSize16(size);

        Assert.Equal("0102030405060708090A0B0C0D0E0F00040002AABB", Convert.ToHexString(writer.Written));
        var reader = new TpmReader(writer.Written);
        Assert.Equal(0x01, reader.ReadUInt8());
        Assert.Equal(0x0203, reader.ReadUInt16());
        Assert.Equal(0x04050607u, reader.ReadUInt32());
        Assert.Equal(0x08090A0B0C0D0E0Ful, reader.ReadUInt64());
        Assert.Equal(4, reader.ReadUInt16());
        Assert.Equal("AABB", Convert.ToHexString(reader.ReadSized()));
        reader.ReadEnd();
    }
}

using System.Buffers.Binary;

namespace TpmHw.Simulation.Tests;

/// <summary>A FIFO in memory: what an access takes, moves, and may not be.</summary>
public sealed class FifoModelRegionTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly FifoModelRegion _region;

    public FifoModelRegionTests() => _region = new FifoModelRegion(_bench.Model);

    public void Dispose()
    {
        _region.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void Each_locality_has_a_page()
    {
        Assert.Equal(0x0001_1014u, _region.Read32(0xF00));
        _region.Write8(0x2000, 0x02);
        Assert.Equal(2, _bench.Model.ActiveLocality);
        Assert.Equal(0xA1, _region.Read8(0x2000));
        Assert.Equal(0x81, _region.Read8(0x1000));
        _bench.AssertNothingBroken();
    }

    [Fact]
    public void An_access_takes_a_cycle_for_each_byte_and_is_counted()
    {
        _region.Read32(0xF00);
        Assert.Equal(TimeSpan.FromMicroseconds(2), _bench.Model.Clock.Now);
        _region.Read8(0);
        Assert.Equal(TimeSpan.FromMicroseconds(2.5), _bench.Model.Clock.Now);
        BusCounters counters = _bench.Model.Counters;
        Assert.Equal((2, 2, 5), (counters.Frames, counters.Exchanges, counters.Bytes));
    }

    [Theory]
    [InlineData(0x24)]
    [InlineData(0x80)]
    public void The_fifo_takes_and_gives_bytes_and_words_at_both_of_its_places(int fifo)
    {
        _region.Write8(0, 0x02);
        _region.Write8(0x18, 0x40);
        byte[] command = Bench.Command; // 12 bytes: two words, four bytes
        _region.Read32(0x18);
        _region.Write32(fifo, BinaryPrimitives.ReadUInt32LittleEndian(command));
        _region.Write32(fifo, BinaryPrimitives.ReadUInt32LittleEndian(command.AsSpan(4)));
        _region.Read32(0x18);
        foreach (byte b in command.AsSpan(8))
        {
            _region.Write8(fifo, b);
        }

        _region.Write8(0x18, 0x20);
        Assert.Equal(0x90u, _region.Read32(0x18) & 0xFF);
        Assert.Equal(0x0000_0180u, _region.Read32(fifo));
        Assert.Equal(0, _region.Read8(fifo));
        Assert.Equal(28, _region.Read8(fifo));
        Assert.Equal([command], _bench.Executed);
        _bench.AssertNothingBroken();
    }

    [Theory]
    [InlineData(0x1A)]
    [InlineData(0x25)]
    public void A_word_across_words(int offset)
    {
        _region.Write8(0, 0x02);
        Assert.Equal(uint.MaxValue, _region.Read32(offset));
        _bench.AssertBroken(TpmRule.Misaligned);
    }

    [Fact]
    public void A_word_at_a_register_of_a_byte()
    {
        _region.Read32(0);
        _bench.AssertBroken(TpmRule.RegisterBorder);
    }

    [Fact]
    public void Beyond_what_is_mapped_is_the_programs_own_error()
    {
        using var page = new FifoModelRegion(_bench.Model, address: FifoModelRegion.UsualAddress + 0x1000, length: 0x1000);
        Assert.Throws<ArgumentOutOfRangeException>(() => page.Read32(0xFFD));
        Assert.Throws<ArgumentOutOfRangeException>(() => page.Read8(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FifoModelRegion(_bench.Model, address: FifoModelRegion.UsualAddress + 0x1000));
        page.Write8(0, 0x02);
        Assert.Equal(1, _bench.Model.ActiveLocality);
        page.Dispose();
        Assert.Throws<ObjectDisposedException>(() => page.Read8(0));
    }

    [Fact]
    public void Nobody_there_and_flipped_bits()
    {
        _bench.Model.Inject(new Fault(FaultKind.Absent));
        Assert.Equal(uint.MaxValue, _region.Read32(0xF00));
        _bench.Model.ClearFaults();
        _bench.Model.Inject(new Fault(FaultKind.BitFlips, 64));
        int flips = Enumerable.Range(0, 1000).Sum(_ => (int)uint.PopCount(_region.Read32(0xF00) ^ 0x0001_1014));
        Assert.InRange(flips, 400, 600); // 32,000 bits
    }
}

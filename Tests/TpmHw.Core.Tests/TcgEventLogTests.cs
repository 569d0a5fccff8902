using System.Security.Cryptography;
using TpmHw.EventLog;
using TpmHw.Spec;
using TpmHw.Testing;

namespace TpmHw.Core.Tests;

public sealed class TcgEventLogTests
{
    [Fact]
    public void A_crypto_agile_log_has_a_digest_for_each_bank()
    {
        var log = TcgEventLog.Parse(EventLogBytes.Agile());

        Assert.Equal([TpmAlgId.Sha1, TpmAlgId.Sha256], log.Banks);
        Assert.Equal(EventLogBytes.Measured.Count + 1, log.Events.Count);
        Assert.False(log.Events[0].IsMeasurement);
        foreach ((TcgEvent e, (uint pcr, uint type, byte[] data)) in log.Events.Skip(1).Zip(EventLogBytes.Measured))
        {
            Assert.Equal((int)pcr, e.Pcr);
            Assert.Equal(type, e.Type);
            Assert.Equal(data, e.Data.ToArray());
            Assert.True(e.IsMeasurement);
            Assert.Equal([TpmAlgId.Sha1, TpmAlgId.Sha256], e.Digests.Select(static d => d.Algorithm));
            Assert.Equal(SHA1.HashData(data), e.Digests[0].Value.ToArray());
            Assert.Equal(SHA256.HashData(data), e.Digests[1].Value.ToArray());
        }

        Assert.Equal(["EV_NO_ACTION", "EV_S_CRTM_VERSION", "EV_EFI_ACTION", "EV_SEPARATOR", "EV_IPL"], log.Events.Select(static e => e.TypeName));
    }

    [Fact]
    public void A_log_of_sha1_is_read_as_one()
    {
        var log = TcgEventLog.Parse(EventLogBytes.Sha1());

        Assert.Equal([TpmAlgId.Sha1], log.Banks);
        Assert.Equal(EventLogBytes.Measured.Select(static e => SHA1.HashData(e.Data)), log.Events.Select(static e => e.Digests[0].Value.ToArray()));
    }

    [Fact]
    public void An_empty_log_has_no_events() => Assert.Empty(TcgEventLog.Parse(default).Events);

    [Fact]
    public void A_log_that_ends_anywhere_inside_an_event_is_refused_with_the_place()
    {
        byte[] whole = EventLogBytes.Agile();
        int complete = 0;
        for (int length = 1; length < whole.Length; length++)
        {
            try
            {
                complete += TcgEventLog.Parse(whole.AsMemory(0, length)).Events.Count > 0 ? 1 : 0;
            }
            catch (TpmFormatException e)
            {
                Assert.Matches("event [0-9]+, at byte [0-9]+, ", e.Message);
            }
        }

        Assert.Equal(EventLogBytes.Measured.Count, complete); // it may end after an event
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Damage_is_refused_or_read_and_never_anything_else(int seed)
    {
        var random = new Random(seed);
        byte[] whole = EventLogBytes.Agile();
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.True(Record.Exception(() => TcgEventLog.Parse(damaged)) is null or TpmFormatException);
        }
    }
}

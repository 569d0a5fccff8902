using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Each command against a real TPM, its answer compared with what is known without that TPM.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    public void Dispose() => _tpm.Dispose();

    [Fact]
    public void A_TPM_that_is_started_twice_says_that_it_is_started()
    {
        _tpm.Commands.Startup(TpmSu.Clear);
        var error = Assert.Throws<TpmCommandException>(() => _tpm.Commands.Startup(TpmSu.Clear));
        Assert.Equal(0x100u, error.Code.Value);
        Assert.Equal(TpmCc.Startup, error.Command);
    }

    [Fact]
    public void A_reset_after_Shutdown_of_state_can_be_resumed()
    {
        _tpm.Commands.PcrExtend(TpmHandle.Pcr(16), [new(TpmAlgId.Sha256, SHA256.HashData([1]))]);
        byte[] before = ReadPcr(TpmAlgId.Sha256, 0);
        _tpm.Commands.Shutdown(TpmSu.State);
        _tpm.Transport.FindAbility<ITpmReset>()!.Reset();
        _tpm.Commands.Startup(TpmSu.State);
        Assert.Equal(before, ReadPcr(TpmAlgId.Sha256, 0));
        Assert.True(_tpm.Commands.ReadClock().CurrentTime.ClockInfo.RestartCount > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_self_test_passes(bool full)
    {
        _tpm.Commands.SelfTest(full);
        Assert.True(_tpm.Commands.GetTestResult().TestResult.IsSuccess);
    }

    [Fact]
    public void Random_bytes_come_in_any_number_and_differ()
    {
        Assert.Empty(_tpm.GetRandom(0));
        Assert.Equal(16, _tpm.Commands.GetRandom(16).RandomBytes.Size);
        byte[] random = _tpm.GetRandom(1000);
        Assert.True(random.Distinct().Count() > 200);
        Assert.DoesNotContain(random.Chunk(8).Skip(1), chunk => chunk.SequenceEqual(random.Take(8)));
    }

    [Fact]
    public void Stirring_takes_128_bytes_and_not_129()
    {
        _tpm.Commands.StirRandom(new byte[128]);
        var error = Assert.Throws<TpmCommandException>(() => _tpm.Commands.StirRandom(new byte[129]));
        Assert.Equal(0x095u, error.Code.Base.Value); // TPM_RC_SIZE
    }

    [Fact]
    public void An_extended_PCR_is_the_digest_of_its_old_value_and_the_new_digest()
    {
        byte[] first = SHA256.HashData("first"u8);
        byte[] second = SHA256.HashData("second"u8);
        _tpm.Commands.PcrExtend(TpmHandle.Pcr(23), [new(TpmAlgId.Sha256, first), new(TpmAlgId.Sha1, SHA1.HashData("first"u8))]);
        _tpm.Commands.PcrExtend(TpmHandle.Pcr(23), [new(TpmAlgId.Sha256, second)]);

        byte[] once = SHA256.HashData([.. new byte[32], .. first]);
        Assert.Equal(SHA256.HashData([.. once, .. second]), ReadPcr(TpmAlgId.Sha256, 23));
        Assert.Equal(SHA1.HashData([.. new byte[20], .. SHA1.HashData("first"u8)]), ReadPcr(TpmAlgId.Sha1, 23));
    }

    [Fact]
    public void An_event_is_hashed_for_every_bank_and_extended()
    {
        TpmlDigestValues digests = _tpm.Commands.PcrEvent(TpmHandle.Pcr(16), "event"u8.ToArray()).Digests;
        Assert.Equal(SHA256.HashData("event"u8), digests.Single(d => d.HashAlg == TpmAlgId.Sha256).Digest.Span);
        Assert.Equal(SHA384.HashData("event"u8), digests.Single(d => d.HashAlg == TpmAlgId.Sha384).Digest.Span);
        Assert.Equal(SHA256.HashData([.. new byte[32], .. SHA256.HashData("event"u8)]), ReadPcr(TpmAlgId.Sha256, 16));
    }

    [Fact]
    public void A_reset_PCR_is_zeros_again_and_PCR_0_may_not_be_reset()
    {
        _tpm.Commands.PcrEvent(TpmHandle.Pcr(16), "event"u8.ToArray());
        _tpm.Commands.PcrReset(TpmHandle.Pcr(16));
        Assert.Equal(new byte[32], ReadPcr(TpmAlgId.Sha256, 16));
        var error = Assert.Throws<TpmCommandException>(() => _tpm.Commands.PcrReset(TpmHandle.Pcr(0)));
        Assert.Equal(0x907u, error.Code.Value); // TPM_RC_LOCALITY
    }

    [Fact]
    public void Eight_PCRs_are_read_at_once_and_the_answer_says_which()
    {
        TpmsPcrSelect wanted = TpmsPcrSelect.Of(Enumerable.Range(0, 24).ToArray());
        var response = _tpm.Commands.PcrRead([new(TpmAlgId.Sha256, wanted)]);
        Assert.Equal(8, response.PcrValues.Count);
        Assert.Equal(Enumerable.Range(0, 8), response.PcrSelectionOut[0].PcrSelect.Pcrs());
        Assert.All(response.PcrValues, value => Assert.Equal(new byte[32], value.Span));
    }

    [Fact]
    public void Time_goes_on_and_a_reset_is_counted()
    {
        TpmsTimeInfo first = _tpm.Commands.ReadClock().CurrentTime;
        Thread.Sleep(2);
        TpmsTimeInfo second = _tpm.Commands.ReadClock().CurrentTime;
        Assert.True(second.Time > first.Time);
        Assert.True(second.ClockInfo.Clock > first.ClockInfo.Clock);

        _tpm.Transport.FindAbility<ITpmReset>()!.Reset();
        TpmsTimeInfo third = _tpm.Commands.ReadClock().CurrentTime;
        Assert.Equal(first.ClockInfo.ResetCount + 1, third.ClockInfo.ResetCount);
    }

    [Fact]
    public void The_TPM_hashes_as_the_platform_does()
    {
        byte[] data = RandomNumberGenerator.GetBytes(1024);
        Assert.Equal(SHA256.HashData(data), _tpm.Commands.Hash(data, TpmAlgId.Sha256, TpmRh.Null).OutHash.Span);
        Assert.Equal(SHA384.HashData(data), _tpm.Commands.Hash(data, TpmAlgId.Sha384, TpmRh.Null).OutHash.Span);
        Assert.Equal(SHA1.HashData([]), _tpm.Commands.Hash(default, TpmAlgId.Sha1, TpmRh.Null).OutHash.Span);
    }

    [Fact]
    public void A_hash_for_a_hierarchy_has_a_ticket()
    {
        TpmtTkHashcheck ticket = _tpm.Commands.Hash("data"u8.ToArray(), TpmAlgId.Sha256, TpmRh.Owner).Validation;
        Assert.Equal(TpmSt.HashCheck, ticket.Tag);
        Assert.Equal(TpmRh.Owner, ticket.Hierarchy);
        Assert.NotEqual(0, ticket.Digest.Size);
        Assert.Equal(new(TpmSt.HashCheck, TpmRh.Null, default), _tpm.Commands.Hash("data"u8.ToArray(), TpmAlgId.Sha256, TpmRh.Null).Validation);
    }

    [Fact]
    public void An_error_names_the_command_as_the_specification_does()
    {
        var error = Assert.Throws<TpmCommandException>(() => _tpm.Commands.Hash(default, TpmAlgId.Rsa, TpmRh.Null));
        Assert.Equal(TpmCc.Hash, error.Command);
        Assert.Equal(0x083u, error.Code.Base.Value); // TPM_RC_HASH
    }

    private byte[] ReadPcr(TpmAlgId bank, int pcr) =>
        _tpm.Commands.PcrRead([new(bank, TpmsPcrSelect.Of(pcr))]).PcrValues.Single().Buffer.ToArray();
}

using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

public class LocalityTests
{
    [Fact]
    public void A_free_tpm_is_granted_at_once()
    {
        using var bench = new Bench();
        Assert.Equal(0x81u, bench.Read(TpmRegister.Access, 1));
        bench.Write(TpmRegister.Access, 0x02);
        Assert.Equal(0xA1u, bench.Read(TpmRegister.Access, 1));
        bench.Write(TpmRegister.Access, 0x20);
        Assert.Equal(0x81u, bench.Read(TpmRegister.Access, 1));
    }

    [Fact]
    public void The_highest_locality_that_waits_gets_what_is_relinquished()
    {
        using var bench = new Bench();
        bench.Request();
        bench.Write(TpmRegister.Access, 0x02, locality: 1);
        bench.Write(TpmRegister.Access, 0x02, locality: 2);
        Assert.Equal(0x87u, bench.Read(TpmRegister.Access, 1, locality: 1));
        Assert.Equal(0xA5u, bench.Read(TpmRegister.Access, 1));
        bench.Write(TpmRegister.Access, 0x20);
        Assert.Equal(0xA5u, bench.Read(TpmRegister.Access, 1, locality: 2));
        bench.Write(TpmRegister.Access, 0x20, locality: 1);
        bench.Write(TpmRegister.Access, 0x20, locality: 2);
        Assert.Null(bench.Model.ActiveLocality);
    }

    [Fact]
    public void A_higher_locality_can_seize_and_the_victim_is_told()
    {
        using var bench = new Bench();
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(1));
        bench.Request(1);
        bench.Write(TpmRegister.Access, 0x08);
        Assert.Equal(1, bench.Model.ActiveLocality);
        bench.Write(TpmRegister.Access, 0x08, locality: 3);
        Assert.Equal(3, bench.Model.ActiveLocality);
        Assert.Equal(0x91u, bench.Read(TpmRegister.Access, 1, locality: 1));
        bench.Write(TpmRegister.Access, 0x10, locality: 1);
        Assert.Equal(0x81u, bench.Read(TpmRegister.Access, 1, locality: 1));
        bench.AssertNothingBroken();
    }

    [Fact]
    public void Seizing_aborts_what_runs()
    {
        using var bench = new Bench();
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(1));
        bench.Request();
        bench.Start();
        bench.Write(TpmRegister.Access, 0x08, locality: 1);
        bench.Model.Clock.Wait(TimeSpan.FromSeconds(2));
        Assert.Equal(FifoState.Idle, bench.Model.State);
        Assert.Equal(uint.MaxValue, bench.Status);
        bench.AssertNothingBroken();
        Assert.Equal(0x91u, bench.Read(TpmRegister.Access, 1));
        Assert.Equal(uint.MaxValue, bench.Status);
        bench.AssertBroken(TpmRule.WithoutLocality);
    }

    [Fact]
    public void A_grant_takes_the_time_that_the_profile_says()
    {
        using var bench = new Bench(FifoProfiles.Plain with { GrantTime = TimeSpan.FromMilliseconds(4) });
        bench.Write(TpmRegister.Access, 0x02);
        bench.Model.Clock.Wait(TimeSpan.FromTicks(39_999));
        Assert.Equal(0x83u, bench.Read(TpmRegister.Access, 1));
        bench.Model.Clock.Wait(TimeSpan.FromTicks(1));
        Assert.Equal(0xA1u, bench.Read(TpmRegister.Access, 1));
    }

    [Fact]
    public void A_chip_with_one_locality_does_not_answer_at_another()
    {
        using var bench = new Bench(FifoProfiles.Find("slb9635-tpm12"));
        Assert.Equal(0xFFu, bench.Read(TpmRegister.Access, 1, locality: 1));
        bench.Write(TpmRegister.Access, 0x02, locality: 1);
        Assert.Null(bench.Model.ActiveLocality);
    }

    [Fact]
    public void A_hash_sequence_takes_locality_4_and_clears_the_establishment_bit()
    {
        using var bench = new Bench();
        bench.Write(TpmRegister.HashStart, 0, locality: 4);
        Assert.Equal(4, bench.Model.ActiveLocality);
        bench.Write(TpmRegister.DataFifo, 0x12345678, size: 4, locality: 4);
        bench.Write(TpmRegister.HashEnd, 0, locality: 4);
        Assert.Null(bench.Model.ActiveLocality);
        Assert.Equal(0x80u, bench.Read(TpmRegister.Access, 1));
        bench.Request(3);
        bench.Write(TpmRegister.Sts, 1 << 25, size: 4, locality: 3);
        Assert.Equal(0xA1u, bench.Read(TpmRegister.Access, 1, locality: 3));
        bench.AssertNothingBroken();
    }
}

using System.Security.Cryptography;
using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Registers.Crb;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Crb;

public class CrbDriverTests
{
    [Fact]
    public void The_size_of_the_buffers_is_the_limit()
    {
        using var bench = new CrbBench();
        Assert.Equal(0xF80, bench.Driver.Info.MaxCommandSize);
        Assert.Equal(0xF80, bench.Driver.Info.MaxResponseSize);
    }

    [Fact]
    public void A_size_beyond_the_registers_page_is_cut_at_its_end()
    {
        using var bench = new CrbBench(CrbProfiles.Strict with { ClaimedSize = 0x4000 });
        Assert.Equal(0xF80, bench.Driver.Info.MaxCommandSize);
        bench.GetRandom(4);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x1_0000_0000u + 2)] // not aligned
    [InlineData(0xFED4_0050u)] // on top of the registers
    [InlineData(0xFED4_0FF8u)] // 8 bytes before the page's end
    [InlineData(0xFFFF_FFFF_FFFF_FF00u)] // goes round
    public void A_buffer_that_can_not_be_is_an_error_that_tells_the_address(ulong address)
    {
        using var bench = new CrbBench(CrbProfiles.Strict with { ClaimedAddress = address });
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => bench.Open());
        Assert.Equal(TpmFault.ProtocolViolation, error.Fault);
        Assert.Contains($"0x{address:X}", error.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(0x10001)]
    public void Buffers_elsewhere_have_a_sane_size(int size)
    {
        using var bench = new CrbBench(CrbProfiles.AmdFtpm with { ClaimedSize = size });
        Assert.Equal(TpmFault.ProtocolViolation, Assert.Throws<TpmTransportException>(() => bench.Open()).Fault);
    }

    [Fact]
    public void A_buffer_that_may_not_be_mapped_is_that_error()
    {
        using var bench = new CrbBench(CrbProfiles.Strict with { ClaimedAddress = 0x1000_0000 });
        Assert.Equal(TpmFault.AccessDenied, Assert.Throws<TpmTransportException>(() => bench.Open()).Fault);
    }

    [Fact]
    public void The_locality_is_kept_between_commands_and_given_back_at_the_end()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        Assert.Equal(0, bench.Model.ActiveLocality);
        bench.Driver.Dispose();
        Assert.Null(bench.Model.ActiveLocality);
        Assert.Equal(CrbState.Idle, bench.Model.State);
    }

    [Fact]
    public void After_a_command_the_tpm_goes_idle_without_anybody_waiting()
    {
        using var bench = new CrbBench(CrbProfiles.Strict with { TransitionTime = TimeSpan.FromMilliseconds(50) });
        bench.GetRandom(4);
        Assert.Equal(CrbState.Completion, bench.Model.State); // still at it
        bench.GetRandom(5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Another_locality_can_be_chosen_and_is_the_one_that_the_tpm_sees(int locality)
    {
        using var bench = new CrbBench();
        bench.Driver.Locality = locality;
        Assert.Equal(locality, bench.Driver.Locality);
        Assert.Equal(locality, bench.Model.ActiveLocality);

        // Of localities 0 to 3, only 2 can reset PCR 20 of libtpms.
        byte[] reset = RawCommands.Command(TpmHeader.Sessions, 0x13D, [0, 0, 0, 20, 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0]);
        byte[] response = new byte[TpmTransportInfo.UsualSize];
        bench.Driver.Transmit(reset, response);
        Assert.Equal(locality == 2, TpmHeader.Read(response).Code == 0);

        bench.Driver.Locality = 0;
        Assert.Equal(0, bench.Model.ActiveLocality);
        bench.GetRandom(4);
    }

    [Fact]
    public void A_locality_that_another_one_keeps_is_an_error_and_the_old_one_stays()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.GrantLate, 1_000_000));
        Assert.Equal(TpmFault.NoLocality, Assert.Throws<TpmTransportException>(() => bench.Driver.Locality = 3).Fault);
        bench.Model.ClearFaults();
        Assert.Equal(0, bench.Driver.Locality);
        bench.GetRandom(5);
    }

    [Fact]
    public void A_tpm_with_one_locality_says_so()
    {
        using var bench = new CrbBench(CrbProfiles.Qemu);
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => bench.Driver.Locality = 1).Fault);
        bench.Driver.Locality = 0;
        bench.GetRandom(4);
    }

    [Fact]
    public void The_established_flag_can_be_reset_from_locality_3()
    {
        using var bench = new CrbBench();
        Assert.False(bench.Driver.ReadEstablished());
        bench.Model.IsEstablished = true;
        Assert.True(bench.Driver.ReadEstablished());
        bench.Driver.ResetEstablished(3);
        Assert.False(bench.Driver.ReadEstablished());
        Assert.Equal(0, bench.Driver.Locality);
    }

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1024)]
    [InlineData(1030)]
    public void A_command_longer_than_the_buffer_goes_in_chunks(int size)
    {
        using var bench = new CrbBench(CrbProfiles.Chunking);
        byte[] data = new byte[size - 18]; // TPM2_Hash: header, a sized buffer, SHA-256, null hierarchy
        new Random(size).NextBytes(data);
        byte[] hash = RawCommands.Command(TpmHeader.NoSessions, 0x17D, [(byte)(data.Length >> 8), (byte)data.Length, .. data, 0, 0x0B, 0x40, 0, 0, 7]);
        byte[] response = new byte[bench.Driver.Info.MaxResponseSize];
        bench.Driver.Transmit(hash, response);
        Assert.Equal(SHA256.HashData(data), response[12..44]);
        bench.GetRandom(4);
    }

    [Fact]
    public void A_response_longer_than_the_buffer_comes_in_chunks()
    {
        // GetCapability of all commands: more than 64 bytes, in a buffer of 64.
        byte[] ask = RawCommands.Command(TpmHeader.NoSessions, 0x17A, [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0]);
        byte[][] answers = [.. new[] { CrbProfiles.Chunking with { BufferSize = 64 }, CrbProfiles.Strict }.Select(profile =>
        {
            using var bench = new CrbBench(profile);
            byte[] response = new byte[bench.Driver.Info.MaxResponseSize];
            return response[..bench.Driver.Transmit(ask, response)];
        })];
        Assert.InRange(answers[0].Length, 200, 1000);
        Assert.Equal(answers[1], answers[0]);
    }

    [Fact]
    public void What_somebody_left_running_is_stopped_when_it_is_opened()
    {
        using var bench = new CrbBench();
        using (var other = CrbDriver.Open("other", bench.Model.Profile.Area, bench.Model.Map, new RegisterTransportOptions { Timeout = TimeSpan.FromSeconds(1) }))
        {
            bench.Inject(new(FaultKind.Hang), new(FaultKind.CancelIgnored) { Lasts = TimeSpan.FromSeconds(5) });
            Assert.Throws<TpmTransportException>(() => other.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 4), new byte[4096]));
            bench.Model.Clock.Advance(TimeSpan.FromSeconds(5));
            bench.Open();
            bench.Model.ClearFaults();
            bench.GetRandom(5);
            Assert.Equal(1, bench.Executed);
        }
    }
}

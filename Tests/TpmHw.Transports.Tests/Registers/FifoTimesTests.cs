using System.Buffers.Binary;
using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.Registers;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>What the chips say of their own times, and where that is wrong.</summary>
public sealed class FifoTimeoutsTests
{
    [Theory]
    [InlineData(new uint[] { 750_000, 2_000_000, 500_000, 300_000 }, new[] { 750, 2000, 500, 300 })]
    [InlineData(new uint[] { 750, 2000, 750, 700 }, new[] { 750, 2000, 750, 700 })]        // milliseconds
    [InlineData(new uint[] { 800_000, 0, 0, 900_000 }, new[] { 800, 2000, 750, 900 })]     // not said
    [InlineData(new uint[] { uint.MaxValue, 1000, 1000, 1000 }, new[] { 60_000, 1, 1, 1 })] // nonsense
    public void A_tpm_12_has_times_of_its_own(uint[] microseconds, int[] milliseconds)
    {
        byte[] body = [0, 0, 0, 16, .. microseconds.SelectMany(static t => new[] { (byte)(t >> 24), (byte)(t >> 16), (byte)(t >> 8), (byte)t })];
        Assert.Equal(
            FifoTimeouts.Milliseconds(milliseconds[0], milliseconds[1], milliseconds[2], milliseconds[3]),
            FifoTimeouts.Tpm12.WithTpm12Answer(RawCommands.Command(0x00C4, 0, body)));
        Assert.Equal(FifoTimeouts.Tpm12, FifoTimeouts.Tpm12.WithTpm12Answer(RawCommands.Command(0x00C4, 0x26, body)));
    }

    [Fact]
    public void Some_chips_need_other_times_than_they_say()
    {
        Assert.Equal(FifoTimeouts.Milliseconds(750, 4000, 750, 750), ChipTable.Find(0x3204_1114, TpmFamily.Tpm12).Correct(FifoTimeouts.Milliseconds(1, 1, 1, 1)));
        Assert.Equal(TimeSpan.FromSeconds(4), ChipTable.Find(0x001B_15D1, TpmFamily.Tpm20).Correct(FifoTimeouts.Tpm20).B);
        Assert.Equal(FifoTimeouts.Tpm20, ChipTable.Find(0x1234_5678, TpmFamily.Tpm20).Correct(FifoTimeouts.Tpm20));
    }

    [Theory]
    [InlineData(new uint[] { 2_000_000, 10_000_000, 60_000_000 }, new[] { 2000, 10_000, 60_000 })]
    [InlineData(new uint[] { 0, 0, 30_000_000 }, new[] { 120_000, 120_000, 30_000 })]      // not said
    [InlineData(new uint[] { 9, 200, 5000 }, new[] { 1000, 200, 5000 })]                   // milliseconds
    [InlineData(new uint[] { uint.MaxValue, 20_000, 20_000 }, new[] { 300_000, 20, 20 })]  // nonsense
    public void A_tpm_12_has_durations_of_its_own(uint[] microseconds, int[] milliseconds)
    {
        FifoDurations durations = FifoDurations.Read(Tpm12Answers.Numbers(microseconds));
        Assert.Equal(milliseconds, new[] { durations.Short, durations.Medium, durations.Long }.Select(static t => (int)t.TotalMilliseconds));
    }

    [Theory]
    [InlineData(0x46, 400)]      // GetRandom: short
    [InlineData(0x17, 3000)]     // Seal: medium
    [InlineData(0x50, 20_000)]   // SelfTestFull: long
    [InlineData(0x9B, 120_000)]  // unknown
    public void A_command_of_a_tpm_12_has_the_time_that_the_chip_says(uint ordinal, int milliseconds)
    {
        Assert.Equal(milliseconds, TimeUntilGivenUp(FifoProfiles.Find("slb9660-tpm12")!, new(), ordinal).TotalMilliseconds, 20.0);
    }

    [Fact]
    public void A_tpm_12_that_was_not_started_has_the_usual_times_and_is_not_started()
    {
        var answers = new Tpm12Answers { Code = 38 }; // TPM_INVALID_POSTINIT
        Assert.Equal(120_000, TimeUntilGivenUp(FifoProfiles.Find("slb9660-tpm12")!, answers, 0x46).TotalMilliseconds, 20.0);
        Assert.DoesNotContain(0x99u, answers.Ordinals);
    }

    [Theory]
    [InlineData(0x0102_081C, 120_000)]
    [InlineData(0x0102_0820, 400)]
    public void Firmware_that_says_too_little_is_given_two_minutes(uint version, int milliseconds)
    {
        FifoProfile st = FifoProfiles.Find("slb9660-tpm12")! with { DidVid = 0x0000_104A };
        Assert.Equal(milliseconds, TimeUntilGivenUp(st, new() { Version = version }, 0x46).TotalMilliseconds, 20.0);
    }

    private static TimeSpan TimeUntilGivenUp(FifoProfile chip, Tpm12Answers answers, uint ordinal)
    {
        var model = new FifoModel(chip, new CannedTpm(TpmFamily.Tpm12, answers.Respond));
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        model.Inject(new Fault(FaultKind.Hang));
        TimeSpan start = model.Clock.Now;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => tpm.Transmit(RawCommands.Command(0x00C1, ordinal, []), new byte[4096]));
        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Equal([], model.Rules.Violations.Select(static v => v.ToString()));
        return model.Clock.Now - start;
    }

    /// <summary>A TPM 1.2 that tells its times, and refuses everything else.</summary>
    private sealed class Tpm12Answers
    {
        public uint Code { get; init; }

        public uint Version { get; init; }

        public List<uint> Ordinals { get; } = [];

        public static byte[] Numbers(params ReadOnlySpan<uint> numbers)
        {
            byte[] body = new byte[4 + (4 * numbers.Length)];
            BinaryPrimitives.WriteUInt32BigEndian(body, (uint)(4 * numbers.Length));
            for (int i = 0; i < numbers.Length; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4 + (4 * i)), numbers[i]);
            }

            return RawCommands.Command(0x00C4, 0, body);
        }

        public int Respond(ReadOnlySpan<byte> command, Span<byte> response)
        {
            uint ordinal = TpmHeader.Read(command).Code;
            Ordinals.Add(ordinal);
            byte[] answer = (ordinal, command[^1]) switch
            {
                _ when Code != 0 => RawCommands.Command(0x00C4, Code, []),
                (0x65, 0x15) => Numbers(750_000, 2_000_000, 750_000, 750_000),
                (0x65, 0x20) => Numbers(400_000, 3_000_000, 20_000_000),
                (0x65, 0x00) => RawCommands.Command(0x00C4, 0, [0, 0, 0, 6, 0, 0x30, (byte)(Version >> 24), (byte)(Version >> 16), (byte)(Version >> 8), (byte)Version]),
                _ => RawCommands.Command(0x00C4, 10, []), // TPM_BAD_ORDINAL
            };
            answer.CopyTo(response);
            return answer.Length;
        }
    }
}

using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>What typed commands allocate over a transport that allocates nothing.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 1000;

    [Fact]
    public void Random_bytes_into_the_callers_memory_allocate_nothing()
    {
        using Tpm2 tpm = Answering("0020" + new string('A', 64));
        byte[] random = new byte[128];
        Assert.Equal(0, PerRound(() => tpm.GetRandom(random)));
    }

    [Fact]
    public void Random_bytes_as_a_value_allocate_their_array_and_nothing_else()
    {
        using Tpm2 tpm = Answering("0020" + new string('A', 64));
        const int ArrayOf32 = 24 + 32;
        Assert.Equal(ArrayOf32, PerRound(() => tpm.Commands.GetRandom(32)));
        Assert.Equal(ArrayOf32, PerRound(() => tpm.GetRandom(32)));
    }

    [Fact]
    public void A_command_that_answers_numbers_or_nothing_allocates_nothing()
    {
        using Tpm2 clock = Answering("0000000000000001 0000000000000002 00000003 00000004 01");
        Assert.Equal(0, PerRound(() => clock.Commands.ReadClock()));
        using Tpm2 empty = Answering("");
        byte[] data = new byte[64];
        Assert.Equal(0, PerRound(() => empty.Commands.StirRandom(data)));
    }

    private static Tpm2 Answering(string body) => new(new CannedTransport(Messages.Message(TpmHeader.NoSessions, 0, body)));

    private static double PerRound(Action action)
    {
        Run(action);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(action);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }

    private static void Run(Action action)
    {
        for (int i = 0; i < Rounds; i++)
        {
            action();
        }
    }
}

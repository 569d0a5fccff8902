using TpmHw.Core.Tests.SpecTests.Execution;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Responses of libtpms to every command, damaged at random: each is a format error, or a value that is exactly those bytes.</summary>
public sealed class ResponseFuzzTests
{
    private const int Mutations = 200_000;
    private const long MostBytesEach = 1 << 20;

    [Fact]
    public void A_damaged_response_of_any_command_is_a_format_error_or_a_value()
    {
        Exchange[] responses = [.. EveryCommand.Exchanges.Where(e => e.Succeeded).DistinctBy(e => (e.Code, e.Response.Length))];
        Assert.True(responses.DistinctBy(e => e.Code).Count() > 100);
        var random = new Random(20261121);
        byte[] room = new byte[TpmTransportInfo.UsualSize];
        int values = 0;
        int errors = 0;
        long most = 0;
        for (int i = 0; i < Mutations; i++)
        {
            Exchange exchange = responses[i % responses.Length];
            byte[] damaged = MutationTests.Damage(exchange.Response, room, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                byte[] again = CommandCodec.All[exchange.Code].RecodeResponse(damaged);
                Assert.True(damaged.AsSpan(TpmHeader.Size).SequenceEqual(again.AsSpan(TpmHeader.Size)), $"{exchange.Code}: {Convert.ToHexString(damaged)}");
                values++;
            }
            catch (TpmFormatException)
            {
                errors++;
            }

            // A tree is made of anything.
            if (i % 10 == 0)
            {
                TpmMessageTree.OfResponse(damaged, exchange.Code);
                TpmMessageTree.OfCommand(damaged);
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(most, 0, MostBytesEach);
        Assert.InRange(values, Mutations / 20, Mutations);
        Assert.InRange(errors, Mutations / 20, Mutations);
    }
}

using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

/// <summary>Responses that are read twice.</summary>
public sealed class VerifyTests
{
    private const int Size = 300;

    private static readonly byte[] s_command = RawCommands.GetRandom(TpmFamily.Tpm20, Size - 12);

    [Theory]
    [InlineData(397)]
    [InlineData(1009)]
    [InlineData(4001)]
    [InlineData(20_011)]
    public void With_bits_that_flip_on_the_way_back_a_response_is_right_or_an_error(int every)
    {
        using SimulatedTpm tpm = Open(verifies: true);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Model.Inject(new Fault(FaultKind.BitFlips, every));
        int right = 0;
        for (int i = 0; i < 200; i++)
        {
            int before = tpm.Model.Counters.TotalExecutions;
            try
            {
                Assert.Equal(Size, tpm.Transmit(s_command, response));
                Assert.Equal(Expected(), response[..Size]);
                right++;
            }
            catch (TpmTransportException e)
            {
                Assert.NotEmpty(e.Evidence);
            }

            Assert.InRange(tpm.Model.Counters.TotalExecutions - before, 0, 1);
        }

        Assert.InRange(right, every > 10_000 ? 150 : 0, 200);
    }

    [Fact]
    public void Without_it_damage_goes_unnoticed_which_is_what_it_is_for()
    {
        using SimulatedTpm tpm = Open(verifies: false);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Model.Inject(new Fault(FaultKind.BitFlips, 20_011));
        int wrong = 0;
        for (int i = 0; i < 200; i++)
        {
            try
            {
                int length = tpm.Transmit(s_command, response);
                wrong += Expected().AsSpan().SequenceEqual(response.AsSpan(0, length)) ? 0 : 1;
            }
            catch (TpmTransportException)
            {
            }
        }

        Assert.NotEqual(0, wrong);
    }

    [Fact]
    public void It_allocates_nothing_and_breaks_no_rule()
    {
        using SimulatedTpm tpm = Open(verifies: true);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int i = 0; i < 50; i++)
        {
            tpm.Transmit(s_command, response);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            tpm.Transmit(s_command, response);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
    }

    private static byte[] Expected() => [.. RawCommands.Command(0x8001, 0, new byte[Size - 10]).Select(static (b, i) => i < 10 ? b : (byte)(i * 7))];

    private static SimulatedTpm Open(bool verifies)
    {
        byte[] expected = Expected();
        var model = new FifoModel(FifoProfiles.Plain, new CannedTpm(TpmFamily.Tpm20, (_, response) =>
        {
            expected.CopyTo(response);
            return Size;
        }));
        return SimulatedTpm.OnSpi(model, options: new RegisterTransportOptions { VerifiesResponses = verifies, Family = TpmFamily.Tpm20 });
    }
}

using Xunit.Abstractions;

namespace TpmHw.Core.Tests.Fuzz;

/// <summary>Bits turned over on the wire.</summary>
public sealed class FlipTests(ITestOutputHelper output)
{
    [Fact]
    public void A_bit_that_is_turned_over_is_never_accepted() => Flip(6, 1_000);

    [Fact]
    [Trait("Leg", "fuzz")]
    public void Ten_thousand_bits_that_are_turned_over_are_never_accepted() => Flip(Random.Shared.Next(), 10_000);

    private void Flip(int seed, int flips)
    {
        using var trial = new FlipTrial(seed);
        output.WriteLine(trial.Run(flips));
    }
}

using Xunit.Abstractions;

namespace TpmHw.Core.Tests.Fuzz;

/// <summary>Damaged responses to every command.</summary>
public sealed class ResponseFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void A_damaged_response_is_a_typed_error_or_a_value() => new ResponseFuzz(20261121, 100_000).Run();

    [Fact]
    [Trait("Leg", "fuzz")]
    public void A_million_damaged_responses_are_typed_errors_or_values() => Fuzz(Random.Shared.Next(), 1_000_000);

    private void Fuzz(int seed, int mutations)
    {
        using var fuzz = new ResponseFuzz(seed, mutations);
        output.WriteLine(fuzz.Run());
    }
}

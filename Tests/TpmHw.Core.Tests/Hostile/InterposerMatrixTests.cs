using System.Diagnostics;
using TpmHw.Testing.Hostile;
using TpmHw.Testing.Programs;
using Xunit.Abstractions;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>An attacker who owns the bus, in every scenario.</summary>
public sealed class InterposerMatrixTests(ITestOutputHelper output)
{
    // A prime, so that over the rows every attack meets every kind of message.
    private const int Stride = 31;

    public static TheoryData<string> Scenarios => [.. HostileScenario.All.Select(static s => s.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_attacker_gets_nothing_in_a_sample_of_what_he_can_do(string name)
    {
        int row = HostileScenario.All.ToList().FindIndex(s => s.Name == name);
        Try(HostileScenario.All[row], seed: 1_000_000 * row, skip: row % Stride, Stride);
    }

    [Theory]
    [Trait("Leg", "fuzz")]
    [MemberData(nameof(Scenarios))]
    public void The_attacker_gets_nothing(string name) =>
        Try(HostileScenario.All.Single(s => s.Name == name), Random.Shared.Next(), skip: 0, stride: 1);

    /// <summary>The attacker answers for the TPM from any message on, with a TPM of his own that has the same certificate.</summary>
    [Theory]
    [InlineData("GetRandom, certified")]
    [InlineData("GetRandom, pinned")]
    [InlineData("Unseal with a password, certified")]
    public void The_key_that_was_vouched_for_is_the_key_that_is_used(string name)
    {
        HostileScenario scenario = HostileScenario.All.Single(s => s.Name == name);
        using var matrix = new InterposerMatrix();
        int messages = matrix.Messages(scenario);
        foreach (HostileAttack attack in Attacks.All.Where(static a => a.NeedsElsewhere))
        {
            Assert.Equal([], Enumerable.Range(0, messages).SelectMany(n => matrix.Try(scenario, attack, n, n)?.Problems ?? []));
        }
    }

    [Fact]
    public void The_documentation_has_every_scenario_and_every_attack_and_no_bad_cell()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs/interposer-matrix.md"));
        string[][] table = [.. lines.Where(static l => l.StartsWith('|')).Select(static l => l.Split('|', StringSplitOptions.TrimEntries)[1..^1])];
        Assert.Equal(["scenario", .. Attacks.Columns], table[0]);
        Assert.Equal(HostileScenario.All.Select(static s => s.Name), table[2..].Select(static row => row[0]));
        Assert.Equal([], lines.Where(static l => l.StartsWith("- BAD", StringComparison.Ordinal)));
    }

    private void Try(HostileScenario scenario, int seed, int skip, int stride)
    {
        long start = Stopwatch.GetTimestamp();
        using var matrix = new InterposerMatrix();
        HostileCell[] cells = [.. matrix.Try(scenario, seed, skip, stride)];
        string[] bad = [.. cells.Where(static c => c.Problems.Count > 0).Select(static c => c.ToString())];
        output.WriteLine($"seed {seed}: {cells.Length} attacks, {cells.Count(static c => c.IsRight)} right, {bad.Length} bad, {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        Assert.True(bad.Length == 0, $"seed {seed}, {bad.Length} of {cells.Length}:\n{string.Join('\n', bad.Take(20))}");
    }
}

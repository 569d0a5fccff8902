using TpmHw.Core.Tests.Fuzz;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Hostile;
using Xunit.Abstractions;

namespace TpmHw.Core.Tests.Hostile;

/// <summary>A bus that loses a bit now and then: noticed, and forgotten.</summary>
public sealed class NoiseTests(ITestOutputHelper output) : HostileTest
{
    /// <summary>In any answer before the first protected one, which is where keys and Names come from.</summary>
    [Fact]
    public void One_turned_bit_in_the_first_answers_is_forgotten()
    {
        int messages = Messages();
        var useless = new List<string>();
        var random = new Random(15);
        for (int message = 0; message < messages; message++)
        {
            for (int i = 0; i < 40; i++)
            {
                int bit = 0;
                useless.AddRange(Try(message, answer =>
                {
                    bit = random.Next(8 * answer.Length);
                    answer[bit / 8] ^= (byte)(1 << bit % 8);
                    return answer;
                }).Select(problem => $"bit {bit} of answer {message}: {problem}"));
            }
        }

        Assert.True(useless.Count == 0, $"{useless.Count}:\n{string.Join('\n', useless.Take(20))}");
    }

    [Fact]
    public void One_damaged_answer_ends_in_a_TpmException_and_is_forgotten()
    {
        const int Seed = 56;
        var random = new Random(Seed);
        byte[] room = new byte[TpmTransportInfo.UsualSize];
        int messages = Messages();
        var problems = new List<string>();
        for (int i = 0; i < 300; i++)
        {
            string damage = "";
            problems.AddRange(Try(i % messages, answer =>
            {
                byte[] damaged = Damage.Of(answer, room, random);
                damage = Convert.ToHexString(damaged);
                return damaged;
            }).Select(problem => $"answer {i % messages} as {damage}: {problem}"));
        }

        output.WriteLine($"seed {Seed}: {messages} messages");
        Assert.True(problems.Count == 0, $"{problems.Count}:\n{string.Join('\n', problems.Take(20))}");
    }

    [Theory]
    [InlineData(0x98E)] // TPM_RC_AUTH_FAIL
    [InlineData(0x922)] // TPM_RC_RETRY
    [InlineData(0x100)] // TPM_RC_INITIALIZE
    [InlineData(0x918)] // TPM_RC_REFERENCE_S0
    [InlineData(0x14B)] // TPM_RC_NV_SPACE: one bit beside what it was
    public void One_damaged_error_code_costs_no_lockout_try(uint damaged)
    {
        // An index that can't be read: an error of the TPM's own, in which the nonces do not move (Part 1, 19.6.3).
        Real.Define(HostileTpm.Wanted);
        using TpmNvIndex index = Tpm.OpenNvIndex(HostileTpm.Wanted, HostileTpm.Password);
        Do(Deed.Once(TpmCc.NvRead, moment =>
        {
            moment.Execute(moment.Command);
            return RawCommands.Response(damaged);
        }));
        Assert.NotNull(Outcome(() => Tpm.Commands.NvRead(index, index, 8, 0)));
        Outcome(GoesOn);
        GoesOn();
    }

    /// <summary>How many answers the first random bytes take.</summary>
    private int Messages()
    {
        using var wire = new HostileWire(Real.Transport);
        using var tpm = new Tpm2(wire);
        tpm.GetRandom(8);
        return wire.Exchanges.Count;
    }

    /// <summary>A new <see cref="Tpm2"/> that gets one answer damaged. It may notice twice; then it works.</summary>
    private List<string> Try(int message, Func<byte[], byte[]> damage)
    {
        Real.Restore();
        var problems = new List<string>();
        using var wire = new HostileWire(Real.Transport);
        using var tpm = new Tpm2(wire);
        int count = 0;
        wire.Arm(new Deed(moment => count++ == message ? damage(moment.Execute(moment.Command)) : null), 0, 1);
        for (int i = 0; ; i++)
        {
            try
            {
                tpm.GetRandom(8);
                using TpmObject item = tpm.OpenObject(HostileTpm.Item, HostileTpm.Password);
                tpm.Commands.Unseal(item);
                break;
            }
            catch (TpmException e)
            {
                if (i == 2)
                {
                    problems.Add($"useless: {e.GetType().Name} {e.Message}");
                    break;
                }
            }
            catch (Exception e)
            {
                problems.Add($"{e.GetType().Name} {e.Message}");
                break;
            }
        }

        if (Real.LockoutCounter > 0)
        {
            problems.Add("a lockout try");
        }

        return problems;
    }
}

using TpmHw.Core.Tests.Sessions;
using TpmHw.Policy;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Policy;

/// <summary>Whole policies against trial sessions of libtpms.</summary>
public sealed class PolicyTreeTests : IDisposable
{
    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    [Theory]
    [InlineData(TpmAlgId.Sha256, 500)]
    [InlineData(TpmAlgId.Sha1, 100)]
    [InlineData(TpmAlgId.Sha384, 100)]
    [InlineData(TpmAlgId.Sha512, 100)]
    public void Random_trees_have_the_digest_of_a_trial_session(TpmAlgId hash, int count)
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        using TpmNvIndex index = Nv.Define(_tpm, 0x01800001, 34);
        _tpm.Commands.NvWrite(index, index, new byte[34], 0);
        var trees = new RandomTrees(_tpm, key, index, hash);
        for (int seed = 0; seed < count; seed++)
        {
            trees.Check(seed);
        }

        // Two that libtpms lacks, and what is no command; everything else there is has been in a tree.
        Type[] all = [.. typeof(PolicyElement).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PolicyElement)))];
        Assert.Equal([typeof(PolicyAction), typeof(PolicyCapability), typeof(PolicyParameters)], all.Except(trees.Used).OrderBy(t => t.Name));
        Assert.True(trees.Widest > 8);
    }

    [Fact]
    public void What_would_not_count_is_refused()
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        Assert.Throws<ArgumentException>(() => TpmPolicy.Of(new PolicyAuthValue(), new PolicyAuthorize(key.PublicArea)));
        Assert.Throws<ArgumentException>(() => TpmPolicy.Of(new PolicyAuthValue(), PolicyOr.Of([new PolicyAuthorize(key.PublicArea)], [new PolicyPassword()])));
        Assert.Equal(2, TpmPolicy.Of(new PolicyAuthorize(key.PublicArea), new PolicyAuthValue()).Count);
    }

    [Fact]
    public void A_choice_needs_two_and_a_PCR_comes_once()
    {
        Assert.Throws<ArgumentException>(() => PolicyOr.Of([new PolicyAuthValue()]));
        PolicyPcrValue one = new(TpmAlgId.Sha256, 7, new byte[32]);
        Assert.Throws<ArgumentException>(() => new PolicyPcr(one, one));
    }

    public void Dispose() => _tpm.Dispose();
}

using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Messages as trees.</summary>
public sealed class TreeTests
{
    [Fact]
    public void A_command_is_told_by_the_names_of_the_specification()
    {
        byte[] command = Messages.Message(
            TpmHeader.Sessions, 0x131,
            "40000001 00000009 40000009 0000 00 0000 0008 0004 DEADBEEF 0000 001A 0023 000B 00030072 0000 0006 0080 0043 0010 0003 0010 0000 0000 0000 00000001 000B 03 010080");
        TpmMessageTree tree = TpmMessageTree.OfCommand(command);
        Check(tree, command);
        Assert.Equal("TPM2_CreatePrimary", tree.Root.Name);
        Assert.Equal("TPM_RH_OWNER", At(tree.Root, "handles", "primaryHandle").Text);
        Assert.Equal("TPM_RH_PW", At(tree.Root, "sessions", "[0]", "sessionHandle").Text);
        TpmNode auth = At(tree.Root, "parameters", "inSensitive", "sensitive", "userAuth");
        Assert.Equal(("deadbeef", "TPM2B_AUTH", true), (auth.Text, auth.Type, auth.IsSecret));
        TpmNode area = At(tree.Root, "parameters", "inPublic", "publicArea");
        Assert.Equal("TPMT_PUBLIC", area.Type);
        Assert.Equal("TPM_ALG_ECC", At(area, "type").Text);
        Assert.Equal("fixedTPM | fixedParent | sensitiveDataOrigin | userWithAuth | restricted | decrypt", At(area, "objectAttributes").Text);
        Assert.Equal("TPM_ECC_NIST_P256", At(area, "parameters", "curveID").Text);
        Assert.Equal(["algorithm", "keyBits", "mode"], At(area, "parameters", "symmetric").Parts.Select(p => p.Name));
        Assert.Equal(["scheme"], At(area, "parameters", "kdf").Parts.Select(p => p.Name));
        Assert.Equal("010080", At(tree.Root, "parameters", "creationPCR", "[0]", "pcrSelect").Text);
    }

    [Fact]
    public void Parameters_that_a_session_encrypts_are_bytes()
    {
        byte[] response = Messages.Message(TpmHeader.Sessions, 0, "0000000A 0008 0102030405060708 0002 ABCD 41 0002 EF01");
        TpmMessageTree tree = TpmMessageTree.OfResponse(response, TpmCc.EcdhZGen);
        Check(tree, response);
        Assert.Equal("0102030405060708", At(tree.Root, "parameters", "outPoint").Text);
        Assert.Equal("continueSession | encrypt", At(tree.Root, "sessions", "[0]", "sessionAttributes").Text);
    }

    [Fact]
    public void What_is_wrong_is_told_after_what_was_understood()
    {
        TpmMessageTree tree = TpmMessageTree.OfResponse(Messages.Message(TpmHeader.NoSessions, 0, "0004 0102"), TpmCc.GetRandom);
        Assert.Contains("4 bytes expected and 2 left", tree.Error?.Message, StringComparison.Ordinal);
        Assert.Equal("TPM_RC_SUCCESS (0x000)", At(tree.Root, "responseCode").Text);
        Assert.Equal("randomBytes", At(tree.Root, "parameters").Parts.Single().Name);
    }

    /// <summary>A tree without error whose leaves lie side by side from the first byte to the last, sizes apart.</summary>
    internal static void Check(TpmMessageTree tree, byte[] message)
    {
        Assert.True(tree.Error is null, $"{tree.Root.Name}: {tree.Error?.Message} {Convert.ToHexString(message)}");
        int end = 0;
        Follow(tree.Root);
        Assert.Equal(message.Length, end);

        void Follow(TpmNode node)
        {
            // Before a structure's parts there is at most its size, or a list's count.
            Assert.InRange(node.Offset - end, 0, 4);
            int last = node.Offset + node.Length;
            if (node.Parts.Count == 0 || node.Text is not null)
            {
                end = last;
                return;
            }

            end = node.Offset;
            foreach (TpmNode part in node.Parts)
            {
                Follow(part);
            }

            Assert.Equal(last, end);
        }
    }

    private static TpmNode At(TpmNode node, params string[] path) => path.Aggregate(node, static (n, name) => n.Parts.Single(p => p.Name == name));
}

using TpmHw.Core.Tests.SpecTests.Vectors;
using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transports;
using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>What libtpms has executed, against what it says that it can.</summary>
public sealed class ExecutionTests
{
    [Fact]
    public void Every_command_that_libtpms_has_succeeds_once()
    {
        using var tpm = new Tpm2(TransportCatalog.Default.Open("libtpms"));
        var all = (TpmuCapabilities.Commands)tpm.Commands.GetCapability(TpmCap.Commands, 0, 256).CapabilityData.Data;
        IEnumerable<TpmCc> executed = EveryCommand.Exchanges.Where(e => e.Succeeded).Select(e => e.Code).Distinct();

        // A libtpms of version 0.10 has some of those that are compared with bytes of others.
        Assert.Empty(all.Items.Select(c => c.CommandCode).Except(executed).Except(CommandVectors.All.Select(v => v.Code)));
    }

    [Fact]
    public void Every_message_is_read_and_written_again_to_the_same_bytes()
    {
        foreach (Exchange exchange in EveryCommand.Exchanges)
        {
            CommandCodec codec = CommandCodec.All[exchange.Code];
            Assert.Equal(exchange.Command, codec.Recode(exchange.Command));
            if (exchange.Succeeded)
            {
                Assert.Equal(exchange.Response, codec.RecodeResponse(exchange.Response));
            }
        }
    }

    [Fact]
    public void Every_message_is_a_tree_of_all_its_bytes()
    {
        foreach (Exchange exchange in EveryCommand.Exchanges)
        {
            TreeTests.Check(TpmMessageTree.OfCommand(exchange.Command), exchange.Command);
            TreeTests.Check(TpmMessageTree.OfResponse(exchange.Response, exchange.Code), exchange.Response);
        }
    }

    [Fact]
    public void Sessions_are_offered_for_every_command_but_those_that_libtpms_takes_none_with()
    {
        using ITpmTransport transport = TransportCatalog.Default.Open("libtpms");
        var tpm = new Tpm2(transport);
        TpmHandle loaded = tpm.Commands.HashSequenceStart(default, TpmAlgId.Sha256).SequenceHandle;
        IEnumerable<TpmCc> codes = EveryCommand.Exchanges.Select(e => e.Code).Distinct().Where(c => CommandCodec.All[c].Info.AuthorizedHandles == 0);
        foreach (TpmCc code in codes.OrderBy(c => c == TpmCc.Startup))
        {
            if (code == TpmCc.Startup)
            {
                transport.FindAbility<ITpmReset>()!.Reset();
            }

            var writer = new TpmWriter(new byte[100]);
            writer.WriteBytes(new byte[TpmHeader.Size]);
            for (int i = 0; i < CommandCodec.All[code].Info.Handles; i++)
            {
                loaded.Write(ref writer);
            }

            writer.WriteUInt32(9);
            new TpmsAuthCommand(TpmRh.Pw, default, default, default).Write(ref writer);
            byte[] command = writer.Written.ToArray();
            new TpmHeader(TpmHeader.Sessions, (uint)command.Length, (uint)code).Write(command);
            bool refused = TpmHeader.Read(transport.Send(command)).Code == 0x145; // TPM_RC_AUTH_CONTEXT
            bool offered = Array.Exists(typeof(Tpm2Commands).GetMethod(code.ToString())!.GetParameters(), p => p.Name == "sessions");
            Assert.True(refused != offered, code.ToString());
        }
    }

    [Fact]
    public void Handles_are_declared_as_libtpms_describes_them()
    {
        using var tpm = new Tpm2(TransportCatalog.Default.Open("libtpms"));
        var all = (TpmuCapabilities.Commands)tpm.Commands.GetCapability(TpmCap.Commands, 0, 256).CapabilityData.Data;
        Assert.True(all.Items.Count > 100);
        foreach (TpmaCc theirs in all.Items)
        {
            TpmCommandInfo ours = Assert.NotNull(TpmCommandInfo.Find(theirs.CommandCode));
            Assert.Equal((theirs.CommandHandles, theirs.ResponseHandle), (ours.Handles, ours.ResponseHandles == 1));
        }
    }
}

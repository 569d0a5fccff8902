using TpmHw.Spec;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>What is declared repeatable, executed twice by libtpms.</summary>
public sealed class RepeatTests
{
    [Fact]
    public void A_repeatable_command_that_is_executed_twice_leaves_the_TPM_as_once()
    {
        var twice = new Twice(TransportCatalog.Default.Open("libtpms"));
        EveryCommand.RunOn(twice); // whose own checks hold too
        Assert.Empty(twice.Differences);
        Assert.True(twice.Repeated.Count > 25, string.Join(", ", twice.Repeated));
    }

    [Fact]
    public void A_command_with_an_effect_is_not_repeatable()
    {
        // One of each kind: NV, PCR, hierarchy, counter, lock, clock, sequence, policy session, PIN, and what stays in the TPM.
        TpmCc[] effects =
        [
            TpmCc.NvWrite, TpmCc.PcrExtend, TpmCc.Clear, TpmCc.NvIncrement, TpmCc.NvReadLock, TpmCc.ClockSet, TpmCc.SequenceUpdate,
            TpmCc.PolicySecret, TpmCc.NvRead, TpmCc.CreatePrimary, TpmCc.Load, TpmCc.ContextLoad, TpmCc.StartAuthSession, TpmCc.Commit,
        ];
        Assert.All(effects, code => Assert.False(TpmCommandInfo.Find(code)!.Value.IsRepeatable));
    }

    /// <summary>Sends what may be repeated twice, and compares what the TPM holds after the first time and after the second.</summary>
    private sealed class Twice(ITpmTransport inner) : ITpmTransportWrapper
    {
        public HashSet<TpmCc> Repeated { get; } = [];

        public List<string> Differences { get; } = [];

        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
        {
            var code = (TpmCc)TpmHeader.Read(command).Code;
            int length = inner.Transmit(command, response, cancellationToken);
            if (TpmHeader.Read(response).Code != 0 || code is TpmCc.Startup || !CanBeRepeated(command))
            {
                return length;
            }

            string before = State();
            length = inner.Transmit(command, response, cancellationToken);
            if (State() is var after && after != before || TpmHeader.Read(response).Code != 0)
            {
                Differences.Add($"{code}: {TpmHeader.Read(response).Code:X}, {before} became {after}");
            }

            Repeated.Add(code);
            return length;
        }

        public void Dispose() => inner.Dispose();

        /// <summary>Whether it is declared so, and has no session whose nonces move on.</summary>
        private static bool CanBeRepeated(ReadOnlySpan<byte> command)
        {
            TpmHeader header = TpmHeader.Read(command);
            if (TpmCommandInfo.Find((TpmCc)header.Code) is not { IsRepeatable: true } info)
            {
                return false;
            }

            if (header.Tag == TpmHeader.NoSessions)
            {
                return true;
            }

            var reader = new TpmReader(command[(TpmHeader.Size + sizeof(uint) * info.Handles)..]);
            TpmReader sessions = reader.Slice((int)reader.ReadUInt32());
            while (sessions.Remaining > 0)
            {
                if (TpmsAuthCommand.Read(ref sessions).SessionHandle != TpmRh.Pw)
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Every handle that is in use, what changes from command to command, and the PCRs.</summary>
        private string State()
        {
            var writer = new System.Text.StringBuilder();
            foreach (TpmHt type in (TpmHt[])[TpmHt.NvIndex, TpmHt.HmacSession, TpmHt.PolicySession, TpmHt.Transient, TpmHt.Persistent])
            {
                writer.Append(Ask(0x17A, $"00000001 {(byte)type:X2}000000 00000040")).Append(' ');
            }

            return writer.Append(Ask(0x17A, "00000006 00000200 00000040")) // TPM_CAP_TPM_PROPERTIES from PT_VAR on
                .Append(' ').Append(Ask(0x17E, "00000001 000B 03 FFFFFF")) // TPM2_PCR_Read
                .ToString();
        }

        private string Ask(uint code, string body)
        {
            byte[] parameters = Convert.FromHexString(body.Replace(" ", "", StringComparison.Ordinal));
            byte[] command = [.. new byte[TpmHeader.Size], .. parameters];
            new TpmHeader(TpmHeader.NoSessions, (uint)command.Length, code).Write(command);
            byte[] response = new byte[Info.MaxResponseSize];
            return Convert.ToHexString(response, 0, inner.Transmit(command, response, CancellationToken.None));
        }
    }
}

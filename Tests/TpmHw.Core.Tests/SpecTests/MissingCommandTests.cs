using TpmHw.Core.Tests.SpecTests.Execution;
using TpmHw.Spec;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>What a TPM has not got.</summary>
public sealed class MissingCommandTests : IDisposable
{
    private readonly ExchangeLog _log = new(TransportCatalog.Default.Open("libtpms"));
    private readonly Tpm2 _tpm;

    public MissingCommandTests() => _tpm = new(_log);

    public void Dispose() => _tpm.Dispose();

    [Fact]
    public void A_command_that_the_TPM_lacks_is_not_sent_and_the_error_names_both()
    {
        for (int i = 0; i < 2; i++)
        {
            var error = Assert.Throws<TpmCommandNotImplementedException>(() => _tpm.Commands.AcGetCapability(new TpmHandle(0x90000000), TpmAt.Any, 1));
            Assert.Equal(TpmCc.AcGetCapability, error.Command);
            Assert.Equal("TPM_RC_COMMAND_CODE", error.Code.Name);
            Assert.Contains("TPM2_AC_GetCapability", error.Message, StringComparison.Ordinal);
            Assert.StartsWith("IBM SW   TPM, firmware ", error.Tpm, StringComparison.Ordinal);
            Assert.Contains(error.Tpm, error.Message, StringComparison.Ordinal);
            Assert.Equal(_tpm.Capabilities.Identity, error.Tpm);
        }

        // The list was refused until the TPM was started, then it and the name were read once.
        Assert.Equal(
            [TpmCc.GetCapability, TpmCc.Startup, TpmCc.GetCapability, TpmCc.GetCapability], _log.Exchanges.Select(e => e.Code));
    }

    [Fact]
    public void Nothing_is_asked_for_commands_that_every_TPM_has()
    {
        _tpm.Commands.Startup(TpmSu.Clear);
        _tpm.Commands.GetRandom(8);
        Assert.Throws<TpmCommandException>(() => _tpm.Commands.ReadPublic(new TpmHandle(0x81000099)));
        Assert.Equal([TpmCc.Startup, TpmCc.GetRandom, TpmCc.ReadPublic], _log.Exchanges.Select(e => e.Code));
    }

    [Fact]
    public void Capabilities_are_asked_for_once()
    {
        _tpm.Commands.Startup(TpmSu.Clear);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(_tpm.Capabilities.Has(TpmCc.EncryptDecrypt2));
            Assert.False(_tpm.Capabilities.Has(TpmCc.Encapsulate));
            Assert.True(_tpm.Capabilities.Has(TpmAlgId.Sha384));
            Assert.False(_tpm.Capabilities.Has(TpmAlgId.Sm3_256));
            Assert.True(_tpm.Capabilities.Has(TpmEccCurve.NistP384));
            Assert.False(_tpm.Capabilities.Has(TpmEccCurve.NistP192 - 1));
        }

        Assert.Equal(4, _log.Exchanges.Count);
    }

    /// <summary>The TPM gives the same code where a policy is for another command.</summary>
    [Fact]
    public void The_code_alone_does_not_make_a_command_missing()
    {
        using TpmSession policy = _tpm.StartSession(TpmSe.Policy);
        _tpm.Commands.PolicyCommandCode(policy, TpmCc.Unseal);
        var error = Assert.ThrowsAny<TpmCommandException>(() => _tpm.Commands.PolicyDuplicationSelect(policy, new byte[34], new byte[34], true));
        Assert.Equal("TPM_RC_COMMAND_CODE", error.Code.Name);
        Assert.IsNotType<TpmCommandNotImplementedException>(error);
    }

    [Fact]
    public void A_common_command_that_the_TPM_refuses_is_sent_once()
    {
        var poor = new Poor(_log);
        using var tpm = new Tpm2(poor);
        for (int i = 0; i < 2; i++)
        {
            Assert.Throws<TpmCommandNotImplementedException>(() => tpm.Commands.Quote(TpmRh.Null, default, new(TpmAlgId.Null), []));
        }

        Assert.Equal(1, poor.Refused);
    }

    /// <summary>A TPM without TPM2_Quote.</summary>
    private sealed class Poor(ITpmTransport inner) : ITpmTransport
    {
        public TpmTransportInfo Info => inner.Info;

        public int Refused { get; private set; }

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            if (TpmHeader.Read(command).Code == (uint)TpmCc.Quote)
            {
                Refused++;
                new TpmHeader(TpmHeader.NoSessions, TpmHeader.Size, TpmRc.CommandCode).Write(response);
                return TpmHeader.Size;
            }

            // In its list stands TPM2_Load twice (TPMA_CC; Part 2, 8.9).
            int length = inner.Transmit(command, response, cancellationToken);
            int at = TpmHeader.Read(command).Code == (uint)TpmCc.GetCapability ? response[..length].IndexOf<byte>([0x02, 0, 0x01, 0x58]) : -1;
            if (at >= 0)
            {
                response[at + 3]--;
            }

            return length;
        }

        public void Dispose() => inner.Dispose();
    }
}

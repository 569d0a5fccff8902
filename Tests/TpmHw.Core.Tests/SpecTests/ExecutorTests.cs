using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>What <see cref="Tpm2"/> does around a command.</summary>
public sealed class ExecutorTests
{
    private static readonly byte[] s_notStarted = Messages.Message(TpmHeader.NoSessions, 0x100);
    private static readonly byte[] s_twoBytes = Messages.Message(TpmHeader.NoSessions, 0, "0002 CAFE");

    [Fact]
    public void A_TPM_that_was_not_started_gets_Startup_and_then_the_command_again()
    {
        bool started = false;
        var transport = new CannedTransport(command =>
        {
            bool startup = TpmHeader.Read(command).Code == (uint)TpmCc.Startup;
            started |= startup;
            return startup ? CannedTransport.Success : started ? s_twoBytes : s_notStarted;
        });
        using var tpm = new Tpm2(transport);
        Assert.Equal("CAFE", tpm.Commands.GetRandom(2).RandomBytes.ToString());
        Assert.Equal(
            [Messages.Command(TpmCc.GetRandom, "0002"), Messages.Startup, Messages.Command(TpmCc.GetRandom, "0002")],
            transport.Commands);
    }

    [Fact]
    public void A_TPM_that_stays_unstarted_is_not_asked_for_ever()
    {
        var transport = new CannedTransport(_ => s_notStarted);
        using var tpm = new Tpm2(transport);
        var error = Assert.Throws<TpmCommandException>(() => tpm.Commands.GetRandom(2));
        Assert.Equal(TpmCc.GetRandom, error.Command);
        Assert.Equal(3, transport.Commands.Count);
    }

    [Fact]
    public void A_Startup_that_fails_is_the_error_that_is_reported()
    {
        using var tpm = new Tpm2(new CannedTransport(command =>
            TpmHeader.Read(command).Code == (uint)TpmCc.Startup ? Messages.Message(TpmHeader.NoSessions, 0x101) : s_notStarted));
        var error = Assert.Throws<TpmCommandException>(() => tpm.Commands.GetRandom(2));
        Assert.Equal((TpmCc.Startup, 0x101u), (error.Command, error.Code.Value));
    }

    [Fact]
    public void Startup_itself_is_never_sent_again()
    {
        var transport = new CannedTransport(_ => s_notStarted);
        using var tpm = new Tpm2(transport);
        Assert.Throws<TpmCommandException>(() => tpm.Commands.Startup(TpmSu.State));
        Assert.Single(transport.Commands);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Nothing_is_started_where_the_caller_or_a_resource_manager_does_that(bool wanted, bool resourceManager)
    {
        var transport = new ManagedTransport(resourceManager);
        using var tpm = new Tpm2(transport, new() { StartUpWhenNeeded = wanted });
        Assert.Throws<TpmCommandException>(() => tpm.Commands.GetRandom(2));
        Assert.Equal(1, transport.Count);
    }

    [Theory]
    [InlineData(TpmHeader.NoSessions, "0002 CAFE 00")]
    [InlineData(TpmHeader.NoSessions, "0002 CA")]
    [InlineData(TpmHeader.NoSessions, "")]
    [InlineData(TpmHeader.NoSessions, "0041")]
    [InlineData(TpmHeader.Sessions, "0002 CAFE")]
    [InlineData(TpmHeader.Sessions, "00000004 0002CAFE 0000 01 0000")]
    public void A_response_that_is_not_read_to_its_end_or_has_another_frame_is_a_format_error(ushort tag, string body)
    {
        using var tpm = new Tpm2(new CannedTransport(Messages.Message(tag, 0, body)));
        Assert.Throws<TpmFormatException>(() => tpm.Commands.GetRandom(2));
        Assert.Throws<TpmFormatException>(() => tpm.GetRandom(2));
    }

    [Theory]
    [InlineData(TpmHeader.Sessions, "00000000 0000 01 0000", true)]
    [InlineData(TpmHeader.Sessions, "00000000", false)]
    [InlineData(TpmHeader.Sessions, "00000000 0000 01 0000 00", false)]
    [InlineData(TpmHeader.Sessions, "00000001 0000 01 0000", false)]
    [InlineData(TpmHeader.Sessions, "FFFFFFFF 0000 01 0000", false)]
    [InlineData(TpmHeader.NoSessions, "", false)]
    public void The_session_area_of_a_response_is_checked(ushort tag, string body, bool right)
    {
        using var tpm = new Tpm2(new CannedTransport(Messages.Message(tag, 0, body)));
        Exception? error = Record.Exception(() => tpm.Commands.PcrReset(TpmHandle.Pcr(16)));
        Assert.Equal(right ? null : typeof(TpmFormatException), error?.GetType());
    }

    [Fact]
    public void An_authorised_handle_comes_with_an_empty_password()
    {
        var transport = new CannedTransport(_ => Messages.Message(TpmHeader.Sessions, 0, "00000000 0000 01 0000"));
        using var tpm = new Tpm2(transport);
        tpm.Commands.PcrReset(TpmHandle.Pcr(16));
        Assert.Equal(
            Messages.Message(TpmHeader.Sessions, (uint)TpmCc.PcrReset, "00000010 00000009 40000009 0000 01 0000"),
            Assert.Single(transport.Commands));
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0009 010203040506070809")]
    public void Random_numbers_that_are_none_or_too_many_are_a_format_error(string body)
    {
        using var tpm = new Tpm2(new CannedTransport(Messages.Message(TpmHeader.NoSessions, 0, body)));
        Assert.Throws<TpmFormatException>(() => tpm.GetRandom(8));
    }

    [Fact]
    public void A_command_that_does_not_fit_is_an_argument_error_and_the_next_one_works()
    {
        var transport = new CannedTransport(_ => s_twoBytes);
        using var tpm = new Tpm2(transport);
        TpmlPcrSelection endless = TpmlPcrSelection.Create([.. Enumerable.Repeat(new TpmsPcrSelection(TpmAlgId.Sha1, TpmsPcrSelect.Of(1)), 1000)]);
        Assert.Throws<ArgumentException>(() => tpm.Commands.PcrRead(endless));
        Assert.Throws<ArgumentException>(() => tpm.Commands.PcrExtend(TpmHandle.Pcr(1), [new(TpmAlgId.Sha256, new byte[20])]));
        Assert.Empty(transport.Commands);
        Assert.Equal(2, tpm.Commands.GetRandom(2).RandomBytes.Size);
    }

    [Fact]
    public void Buffers_are_cleared_after_each_command()
    {
        var transport = new WatchedTransport();
        using var tpm = new Tpm2(transport);
        tpm.Commands.StirRandom("a secret that must not stay behind"u8.ToArray());
        Assert.True(transport.CommandWasWritten);
        Assert.True(transport.BuffersAreClear());

        transport.Fails = true;
        Assert.Throws<TpmTransportException>(() => tpm.Commands.StirRandom("another secret"u8.ToArray()));
        Assert.True(transport.BuffersAreClear());
    }

    private sealed class ManagedTransport(bool resourceManager) : ITpmTransport
    {
        public TpmTransportInfo Info { get; } = new() { Kind = "managed", Name = "managed", HasResourceManager = resourceManager, CrossesWire = false };

        public int Count { get; private set; }

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
        {
            Count++;
            s_notStarted.CopyTo(response);
            return s_notStarted.Length;
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Remembers where the buffers are, which works because they are pinned.</summary>
    private sealed unsafe class WatchedTransport : ITpmTransport
    {
        private byte* _command;
        private byte* _response;

        public bool Fails { get; set; }

        public bool CommandWasWritten { get; private set; }

        public TpmTransportInfo Info { get; } = new() { Kind = "watched", Name = "watched", CrossesWire = false };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
        {
            fixed (byte* c = command, r = response)
            {
                _command = c;
                _response = r;
            }

            CommandWasWritten = command.Length == TpmHeader.Size + 2 + 34;
            response.Fill(0xAA);
            CannedTransport.Success.CopyTo(response);
            return Fails ? throw new TpmTransportException(TpmFault.Timeout, "late") : CannedTransport.Success.Length;
        }

        public bool BuffersAreClear() =>
            !new ReadOnlySpan<byte>(_command, Info.MaxCommandSize).ContainsAnyExcept((byte)0)
            && !new ReadOnlySpan<byte>(_response, Fails ? Info.MaxResponseSize : CannedTransport.Success.Length).ContainsAnyExcept((byte)0);

        public void Dispose()
        {
        }
    }
}

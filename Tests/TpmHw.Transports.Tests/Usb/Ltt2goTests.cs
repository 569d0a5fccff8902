using TpmHw.Transports.Usb;

namespace TpmHw.Transports.Tests.Usb;

/// <summary>What a stick is sent, transfer by transfer, and which stick it is sent to.</summary>
public sealed class Ltt2goTests : IDisposable
{
    private const string Transfer = "control C0 CA 3 8 0", Out = "out 01 83D4001800000000", In = "in 82 8";
    private static readonly string[] s_recovery = ["control C0 CB 0 0 0", "clear 01", "clear 82", "in 82 64"];
    private static readonly byte[] s_frame = [0x83, 0xD4, 0x00, 0x18, 0, 0, 0, 0];

    private readonly ScriptedUsb _usb = new();

    [Fact]
    public void A_frame_is_a_request_the_bytes_and_the_bytes_back()
    {
        using var port = new Ltt2goPort(_usb);
        Exchange(port);
        Assert.Equal([Transfer, Out, In], _usb.Transfers);
        Assert.Equal("spi-ltt2go:A1", port.Name);
        Assert.False(port.CanHoldChipSelect);
        Assert.Throws<NotSupportedException>(() => port.Exchange(s_frame, new byte[8], hold: true));
        port.Exchange([], [], hold: false);
        Assert.Equal(3, _usb.Transfers.Count);
    }

    [Fact]
    public void The_reset_line_is_gpio_8_and_goes_with_the_port()
    {
        var port = new Ltt2goPort(_usb);
        Assert.True(port.ResetLine.Level);
        port.ResetLine.Level = false;
        Assert.False(port.ResetLine.Level);
        port.ResetLine.Level = true;
        Assert.Equal(["control C0 DB 8 0 0", "control C0 DB 8 1 0"], _usb.Transfers);
        port.ResetLine.Dispose();
        Assert.False(_usb.IsDisposed);
        port.Dispose();
        Assert.True(_usb.IsDisposed);
    }

    [Theory]
    [InlineData(Transfer, UsbOutcome.Stalled)]
    [InlineData(Transfer, UsbOutcome.TimedOut)]
    [InlineData(Out, UsbOutcome.Stalled)]
    [InlineData(Out, UsbOutcome.TimedOut)]
    public void A_frame_of_which_nothing_has_gone_out_is_sent_again_once(string refused, UsbOutcome outcome)
    {
        int left = 1;
        _usb.Answer = t => t == refused && left-- > 0 ? (outcome, 0) : t == "in 82 64" ? (UsbOutcome.TimedOut, 0) : (UsbOutcome.Done, -1);
        using var port = new Ltt2goPort(_usb);
        Exchange(port);
        string[] first = refused == Transfer ? [Transfer] : [Transfer, Out];
        Assert.Equal([.. first, .. s_recovery, Transfer, Out, In], _usb.Transfers);
    }

    [Theory]
    [InlineData(UsbOutcome.Stalled, TpmFault.InputOutput)]
    [InlineData(UsbOutcome.TimedOut, TpmFault.Timeout)]
    public void A_frame_of_which_a_part_has_gone_out_is_not_and_the_next_one_begins_with_recovery(UsbOutcome outcome, TpmFault fault)
    {
        int left = 1;
        _usb.Answer = t => t == Out && left-- > 0 ? (outcome, 5) : t == "in 82 64" ? (UsbOutcome.TimedOut, 0) : (UsbOutcome.Done, -1);
        using var port = new Ltt2goPort(_usb);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Exchange(port));
        Assert.Equal(fault, error.Fault);
        Assert.Contains("after 5 of 8 bytes", error.Evidence, StringComparison.Ordinal);
        Assert.Equal([Transfer, Out], _usb.Transfers);
        _usb.Transfers.Clear();
        Exchange(port);
        Assert.Equal([.. s_recovery, Transfer, Out, In], _usb.Transfers);
    }

    [Fact]
    public void A_response_in_pieces_is_put_together()
    {
        _usb.Answer = static t => (UsbOutcome.Done, t switch { "in 82 8" => 3, "in 82 5" => 1, _ => -1 });
        using var port = new Ltt2goPort(_usb);
        Exchange(port);
        Assert.Equal([Transfer, Out, In, "in 82 5", "in 82 4"], _usb.Transfers);
    }

    [Fact]
    public void What_the_bridge_has_left_is_fetched_before_the_next_frame()
    {
        int stalls = 1, packets = 1;
        _usb.Answer = t => t == Out && stalls-- > 0 ? (UsbOutcome.Stalled, 0) : t == "in 82 64" ? (UsbOutcome.Done, packets-- > 0 ? 64 : 0) : (UsbOutcome.Done, -1);
        using var port = new Ltt2goPort(_usb);
        Exchange(port);
        Assert.Equal(2, _usb.Transfers.Count(static t => t == "in 82 64"));
    }

    [Fact]
    public void An_unplugged_stick_is_told_as_that_with_what_to_do()
    {
        _usb.Answer = static _ => throw new TpmTransportException(TpmFault.Disconnected, "Gone.", "ENODEV (errno 19)");
        using var port = new Ltt2goPort(_usb);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Exchange(port));
        Assert.Equal((TpmFault.Disconnected, "The stick spi-ltt2go:A1 was unplugged.", "ENODEV (errno 19)"), (error.Fault, error.Message, error.Evidence));
        Assert.Contains("TPM2_Startup", error.Advice, StringComparison.Ordinal);
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => port.ResetLine.Level = false).Fault);
    }

    [Theory]
    [InlineData("A1", "A1")] // exactly, although it is a part of the others
    [InlineData("A12", "A12")]
    [InlineData("^A.+3$", "A123")]
    [InlineData("B", "B9")]
    public void A_stick_is_chosen_by_serial_number_first_and_pattern_then(string serial, string chosen)
    {
        ListedUsb bus = Bus("A1", "A12", "A123", "B9", null);
        Assert.Equal(TpmFault.AccessDenied, Assert.Throws<TpmTransportException>(() => Ltt2goTransport.Open(bus, serial)).Fault);
        Assert.Equal(chosen, bus.Opened!.Serial);
    }

    [Theory]
    [InlineData(null, TpmFault.BadConnectionString, "A1 at 1-1, A12 at 1-2, one without a serial number at 1-3")]
    [InlineData("A.*2|A1", TpmFault.BadConnectionString, "A1 at 1-1, A12 at 1-2")]
    [InlineData("Z", TpmFault.NotFound, "A1 at 1-1, A12 at 1-2")]
    [InlineData("(", TpmFault.BadConnectionString, "")]
    public void A_choice_that_is_none_lists_the_sticks(string? serial, TpmFault fault, string evidence)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Ltt2goTransport.Open(Bus("A1", "A12", null), serial));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(evidence, error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Fact]
    public void Without_a_stick_the_advice_is_to_plug_one_in()
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Ltt2goTransport.Open(new ListedUsb(new UsbDeviceInfo(0x0403, 0x6014, "1-1"))));
        Assert.Equal((TpmFault.NotFound, "There is no LetsTrust-TPM2Go."), (error.Fault, error.Message));
        Assert.Contains("Plug the stick in", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Candidates_are_the_sticks_that_are_plugged_in_whoever_may_open_them()
    {
        Assert.Equal(["spi-ltt2go:serial=A1", "spi-ltt2go:serial=A12", "spi-ltt2go"], Ltt2goTransport.Candidates(Bus("A1", "A12", null)));
        Assert.Empty(Ltt2goTransport.Candidates(Bus()));
    }

    public void Dispose() => _usb.Dispose();

    private static ListedUsb Bus(params string?[] serials) =>
        new([.. serials.Select(static (serial, i) => new UsbDeviceInfo(0x365D, 0x1337, $"1-{i + 1}") { Serial = serial })]);

    private static void Exchange(Ltt2goPort port) => port.Exchange(s_frame, new byte[8], hold: false);
}

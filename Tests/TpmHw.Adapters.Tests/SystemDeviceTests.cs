using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using RaspberryPi.Model;
using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.SystemDevice;

namespace TpmHw.Adapters.Tests;

public class SystemDeviceTests
{
    public static TheoryData<string> I2cChips =>
        [.. I2cProfiles.All.Where(static p => p.I2c!.Dialect == I2cDialect.Ptp).Select(static p => p.Name)];

    [Fact]
    public void A_program_with_a_SpiDevice_opens_the_tpm_on_it_in_one_line()
    {
        FifoModel model = Model("slb9670");
        using SpiDevice device = new SpiBoard(model, hasChipSelectLine: false).Device;
        using var tpm = Tpm2.Open(device);
        Assert.Equal(8, tpm.GetRandom(8).Length);
        Assert.Equal([], model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Fact]
    public void A_program_with_an_I2cDevice_opens_the_tpm_on_it_in_one_line()
    {
        FifoModel model = Model("plain-i2c");
        var board = new I2cBoard(model, repeatsStart: false);
        using var tpm = Tpm2.Open(board.Device, board.Options);
        Assert.Equal(8, tpm.GetRandom(8).Length);
        Assert.Equal([], model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Theory]
    [MemberData(nameof(I2cChips))]
    public void A_chip_that_does_not_acknowledge_while_it_is_busy_is_asked_again(string profile)
    {
        FifoModel model = Model(profile);
        using ITpmTransport tpm = new I2cBoard(model, repeatsStart: false).Open();
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(RawCommands.Startup(model.Family), response);
        tpm.Transmit(RawCommands.Biggest(model.Family, 1000), response);
        Assert.Equal(28, tpm.Transmit(RawCommands.GetRandom(model.Family, 16), response));
        Assert.Equal([], model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Theory]
    [InlineData(SpiMode.Mode3, 8, DataFlow.MsbFirst)]
    [InlineData(SpiMode.Mode0, 16, DataFlow.MsbFirst)]
    [InlineData(SpiMode.Mode0, 8, DataFlow.LsbFirst)]
    public void A_device_that_no_tpm_understands_is_refused_with_what_to_change(SpiMode mode, int bits, DataFlow flow)
    {
        using var device = new FailingSpiDevice(new SpiConnectionSettings(0, 1) { Mode = mode, DataBitLength = bits, DataFlow = flow });
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => SystemDeviceTransport.Open(device));
        Assert.Equal(TpmFault.NotSupported, error.Fault);
        Assert.Contains("Mode0", error.Advice, StringComparison.Ordinal);
        Assert.True(device.IsDisposed);
    }

    [Theory]
    [InlineData("Error 2 (No such file or directory). Can not open SPI device file '/dev/spidev7.3'.", TpmFault.NotFound, "")]
    [InlineData("Error 22 (Invalid argument). Can not set SPI mode to Mode0.", TpmFault.NotSupported, "ChipSelectLine = -1")]
    [InlineData("Error 22 (Invalid argument). Can not set SPI clock frequency to 1.", TpmFault.NotSupported, "")]
    [InlineData("Error 108 (Cannot send after transport endpoint shutdown) performing SPI data transfer.", TpmFault.Disconnected, "")]
    [InlineData("Error 110 (Connection timed out) performing SPI data transfer.", TpmFault.Timeout, "")]
    [InlineData("Error 5 (Input/output error) performing SPI data transfer.", TpmFault.InputOutput, "")]
    [InlineData("TransferFullDuplex failed to do a full duplex transfer, error: DeviceNotFound", TpmFault.InputOutput, "library")]
    public void What_a_SpiDevice_says_is_told_as_what_it_means(string message, TpmFault fault, string advice)
    {
        using var device = new FailingSpiDevice(new SpiConnectionSettings(7, advice == "ChipSelectLine = -1" ? -1 : 3)) { Failure = new IOException(message) };
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => SystemDeviceTransport.Open(device));
        Assert.Equal(fault, error.Fault);
        Assert.NotEmpty(error.Evidence);
        Assert.Contains(advice, error.Advice, StringComparison.OrdinalIgnoreCase);
        Assert.True(device.IsDisposed);
    }

    [Theory]
    [InlineData("Error 121 (Remote I/O error) performing I2C data transfer.", false)]
    [InlineData("Error 6 (No such device or address) performing I2C data transfer.", false)]
    [InlineData("Error writing device while setting up address", false)]
    [InlineData("Error writing device on byte 0", false)]
    [InlineData("Error 110 (Connection timed out) performing I2C data transfer.", true)]
    [InlineData("Write failed to write, error: IoError", true)]
    public void A_missing_acknowledgement_is_an_answer_and_anything_else_an_error(string message, bool isError)
    {
        using var port = new I2cDevicePort(new FailingI2cDevice(new IOException(message)));
        bool? acknowledged = null;
        Exception? error = Record.Exception(() => acknowledged = port.Write([0]));
        Assert.Equal(isError ? null : false, acknowledged);
        Assert.Equal(isError, error is TpmTransportException);
    }

    [Fact]
    public void A_start_is_repeated_only_by_the_devices_of_the_package_unless_one_is_said_to()
    {
        var other = new FailingI2cDevice(new IOException());
        Assert.False(new I2cDevicePort(other).CanCombine);
        Assert.True(new I2cDevicePort(other, repeatsStart: true).CanCombine);
    }

    [Fact]
    public void The_reset_line_is_high_until_it_is_asked_to_reset()
    {
        FifoModel model = Model("slb9670");
        var board = new SpiBoard(model, hasChipSelectLine: true);
        int falls = 0;
        board.Lines.Written += (pin, level) => falls += pin == ModelGpioDriver.Reset && !level ? 1 : 0;
        using ITpmTransport tpm = SystemDeviceTransport.Open(board.Device, board.Options with { ResetLine = ModelGpioDriver.Reset });
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(RawCommands.Startup(model.Family), response);
        Assert.Equal(0, falls);
        tpm.FindAbility<ITpmReset>()!.Reset();
        Assert.Equal(1, falls);
        tpm.Transmit(RawCommands.GetRandom(model.Family, 8), response);
        Assert.Equal(0x100, response[8] << 8 | response[9]); // TPM_RC_INITIALIZE
    }

    [Fact]
    public void The_interrupt_line_spares_polls()
    {
        Assert.InRange(Polls(withInterrupt: true), 0, Polls(withInterrupt: false) - 1);

        static long Polls(bool withInterrupt)
        {
            FifoModel model = Model("slb9670");
            var board = new SpiBoard(model, hasChipSelectLine: true);
            using ITpmTransport tpm = SystemDeviceTransport.Open(board.Device, board.Options with { InterruptLine = withInterrupt ? ModelGpioDriver.Interrupt : null });
            byte[] response = new byte[tpm.Info.MaxResponseSize];
            tpm.Transmit(RawCommands.Startup(model.Family), response);
            model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(40));
            tpm.Transmit(RawCommands.GetRandom(model.Family, 8), response); // the line has to prove itself
            model.Counters.Clear();
            tpm.Transmit(RawCommands.GetRandom(model.Family, 8), response);
            return model.Counters.BusyPolls;
        }
    }

    [Fact]
    public void An_edge_that_nobody_was_there_for_is_seen_by_the_level()
    {
        FifoModel model = Model("slb9670");
        bool isAsserted = false;
        using var controller = new GpioController(new ModelGpioDriver(model, () => isAsserted));
        using var line = new GpioControllerLine(controller, ModelGpioDriver.Interrupt, GpioDirection.InputFalling, model.Clock);
        Assert.False(line.WaitForFall(TimeSpan.FromMilliseconds(50), default));
        Assert.InRange(model.Clock.Now, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(60));
        isAsserted = true;
        Assert.True(line.WaitForFall(TimeSpan.FromMilliseconds(50), default));
        model.Dispose();
    }

    [Fact]
    public void A_wait_that_is_cancelled_ends()
    {
        FifoModel model = Model("slb9670");
        using var controller = new GpioController(new ModelGpioDriver(model, static () => false));
        using var line = new GpioControllerLine(controller, ModelGpioDriver.Interrupt, GpioDirection.InputFalling, model.Clock);
        Assert.ThrowsAny<OperationCanceledException>(() => line.WaitForFall(TimeSpan.FromDays(1), new CancellationToken(canceled: true)));
        model.Dispose();
    }

    [Fact]
    public void A_line_without_a_controller_is_refused_and_the_device_closed()
    {
        FifoModel model = Model("slb9670");
        var device = new FailingSpiDevice(new SpiConnectionSettings(0, 1));
        Assert.Throws<ArgumentException>(() => SystemDeviceTransport.Open(device, new SystemDeviceOptions { ResetLine = 24, Clock = model.Clock }));
        Assert.True(device.IsDisposed);
        model.Dispose();
    }

    [Fact]
    public void All_lines_are_closed_at_the_end_and_where_opening_fails()
    {
        FifoModel model = Model("slb9670");
        var board = new SpiBoard(model, hasChipSelectLine: true);
        SystemDeviceOptions options = board.Options with { ResetLine = ModelGpioDriver.Reset, InterruptLine = ModelGpioDriver.Interrupt };
        using (SystemDeviceTransport.Open(board.Device, options))
        {
            Assert.Equal([ModelGpioDriver.ChipSelect, ModelGpioDriver.Reset, ModelGpioDriver.Interrupt], board.Lines.OpenLines.Order());
        }

        Assert.Empty(board.Lines.OpenLines);
        using var device = new FailingSpiDevice(new SpiConnectionSettings(0, 1)) { Failure = new IOException("Error 5 (Input/output error)") };
        Assert.Throws<TpmTransportException>(() => SystemDeviceTransport.Open(device, options));
        Assert.Empty(board.Lines.OpenLines);
    }

    private static FifoModel Model(string profile)
    {
        FifoProfile chip = FifoProfiles.Find(profile) ?? I2cProfiles.Find(profile)!;
        return new FifoModel(chip, TransportCatalog.Default.Open("libtpms"));
    }
}

using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Simulation;

/// <summary>A modelled TPM and the driver in front of it, as a connection string puts them together.</summary>
public sealed class SimulatedTpm : ITpmTransportWrapper
{
    private static readonly TimeSpan s_microsecond = TimeSpan.FromMicroseconds(1);

    private SimulatedTpm(ITpmTransport driver, SpiModelPort port, FifoModel model)
    {
        Inner = driver;
        Port = port;
        Model = model;
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "sim",
        Summary = "a model of a TPM chip, registers and wires, with this library's driver in front of it",
        Example = "sim:spi,profile=slb9670",
        Options =
        [
            new("bus", "the bus that the chip is on", TransportOptionKind.Choice, "spi") { Choices = ["spi"], IsPositional = true },
            new("profile", "the chip", TransportOptionKind.Choice, "slb9670") { Choices = [.. FifoProfiles.All.Select(static p => p.Name)] },
            new("wait", "wait bytes on every access, 0 to 255; without it, as the chip does", TransportOptionKind.Number),
            new("burst", "burstCount, 1 to 1024; without it, the chip's", TransportOptionKind.Number),
            new("static", "whether the chip says that burstCount never changes; without it, as the chip does", TransportOptionKind.Flag),
            new("hz", "SPI clock rate in hertz", TransportOptionKind.Number, "10000000"),
            new("hold", "whether the port can hold chip select", TransportOptionKind.Flag, "yes"),
            new("execute", "time that each command takes, in microseconds of the model's clock", TransportOptionKind.Number, "0"),
            new("fault", "what goes wrong: kind[:value][@phase][*accesses], several with a plus between them"),
            new("tpm", "connection string of the TPM that executes the commands", Default: "libtpms"),
            new("version", "family of the TPM; without it, the chip's", TransportOptionKind.Choice) { Choices = ["2.0", "1.2"] },
        ],
        Open = Open,
    };

    /// <inheritdoc/>
    public ITpmTransport Inner { get; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    /// <summary>The chip.</summary>
    public FifoModel Model { get; }

    /// <summary>The SPI port that it is on.</summary>
    public SpiModelPort Port { get; }

    /// <summary>Puts a driver in front of a modelled chip.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="settings">The controller; null for the usual one.</param>
    /// <param name="name">The connection string to show.</param>
    /// <exception cref="TpmTransportException">The driver can't use the chip, which has faults. The model has been disposed.</exception>
    public static SimulatedTpm OnSpi(FifoModel model, SpiModelSettings? settings = null, string name = "sim:spi")
    {
        var port = new SpiModelPort(model, settings);
        return new SimulatedTpm(RegisterTransport.Open(new SpiRegisterBus(port), Descriptor.Name, name), port, model);
    }

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
        Inner.Transmit(command, response, cancellationToken);

    /// <summary>Disposes driver, bus, model and the TPM behind it.</summary>
    public void Dispose() => Inner.Dispose();

    private static SimulatedTpm Open(TransportSettings settings)
    {
        FifoProfile profile = ProfileOf(settings);
        int hz = InRange(settings, "hz", 1000, 100_000_000);
        List<Fault> faults = [.. FaultText.Parse(settings)];
        string tpm = settings.Text("tpm")!;
        var model = new FifoModel(profile, TransportCatalog.Default.Open(
            tpm == "libtpms" && profile.Family == TpmFamily.Tpm12 ? "libtpms:version=1.2" : tpm))
        {
            ExecutionTime = ExecutionTimes.Fixed(settings.Number("execute") * s_microsecond),
        };
        faults.ForEach(model.Inject);
        return OnSpi(model, new SpiModelSettings { ClockHz = hz, CanHoldChipSelect = settings.Flag("hold") }, settings.ConnectionString);
    }

    private static FifoProfile ProfileOf(TransportSettings settings)
    {
        FifoProfile profile = FifoProfiles.Find(settings.Text("profile")!)!;
        profile = settings.Has("wait") ? profile with { Waits = SpiWaits.All(InRange(settings, "wait", 0, 255)) } : profile;
        profile = settings.Has("burst") ? profile with { BurstCount = InRange(settings, "burst", 1, 1024) } : profile;
        profile = settings.Has("static") ? profile with { BurstIsStatic = settings.Flag("static") } : profile;
        return settings.Text("version") is { } version ? profile with { Family = version == "1.2" ? TpmFamily.Tpm12 : TpmFamily.Tpm20 } : profile;
    }

    private static int InRange(TransportSettings settings, string option, int least, int most)
    {
        int value = settings.Number(option);
        return value >= least && value <= most
            ? value
            : throw TransportSettings.Bad(Descriptor, settings.ConnectionString, FormattableString.Invariant($"'{option}' takes {least} to {most}, not {value}."));
    }
}

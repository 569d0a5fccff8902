using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Adapters.Tests;

/// <summary>The contract of a transport, kept over an adapter; afterwards the model has nothing against the driver.</summary>
/// <param name="profile">The chip.</param>
public abstract class AdapterConformance(string profile) : TransportConformance, IDisposable
{
    private readonly List<(ITpmTransport Transport, FifoModel Model)> _opened = [];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Assert.NotEmpty(_opened);
        Assert.All(_opened, static tpm =>
        {
            tpm.Transport.Dispose();
            Assert.NotEqual(0, tpm.Model.Counters.TotalExecutions);
            Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
        });
    }

    protected override ITpmTransport Open()
    {
        FifoProfile chip = FifoProfiles.Find(profile) ?? I2cProfiles.Find(profile)!;
        var model = new FifoModel(chip, TransportCatalog.Default.Open(chip.Family == TpmFamily.Tpm20 ? "libtpms" : "libtpms:version=1.2"));
        ITpmTransport transport = OpenOn(model);
        _opened.Add((transport, model));
        transport.Transmit(RawCommands.Startup(Family), new byte[transport.Info.MaxResponseSize]);
        return transport;
    }

    /// <summary>Puts the adapter and the driver in front of a chip.</summary>
    protected abstract ITpmTransport OpenOn(FifoModel model);
}

public abstract class SpiDeviceConformance(string profile, bool hasChipSelectLine) : AdapterConformance(profile)
{
    protected override ITpmTransport OpenOn(FifoModel model) => new SpiBoard(model, hasChipSelectLine).Open();
}

public sealed class Slb9670OnItsOwnChipSelect() : SpiDeviceConformance("slb9670", hasChipSelectLine: false);

public sealed class St33OnItsOwnChipSelect() : SpiDeviceConformance("st33", hasChipSelectLine: false);

public sealed class Slb9670OnALine() : SpiDeviceConformance("slb9670", hasChipSelectLine: true);

public sealed class St33OnALine() : SpiDeviceConformance("st33", hasChipSelectLine: true);

public sealed class Npct75xOnALine() : SpiDeviceConformance("npct75x", hasChipSelectLine: true);

public sealed class Cr50OnALine() : SpiDeviceConformance("cr50", hasChipSelectLine: true);

public sealed class StrictOnALine() : SpiDeviceConformance("strict", hasChipSelectLine: true);

public abstract class I2cDeviceConformance(string profile, bool repeatsStart) : AdapterConformance(profile)
{
    protected override ITpmTransport OpenOn(FifoModel model) => new I2cBoard(model, repeatsStart).Open();
}

// Chips that are never busy: an acknowledgement that is missing is an exception of System.Device, which allocates.
public sealed class PlainWithRepeatedStart() : I2cDeviceConformance("plain-i2c", repeatsStart: true);

public sealed class PlainWithStop() : I2cDeviceConformance("plain-i2c", repeatsStart: false);

public sealed class St33OnI2c() : I2cDeviceConformance("st33ktpm2xi2c", repeatsStart: false);

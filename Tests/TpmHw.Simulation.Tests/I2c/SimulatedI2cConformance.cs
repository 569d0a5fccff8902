namespace TpmHw.Simulation.Tests.I2c;

/// <summary>The contract over I2C.</summary>
public abstract class SimulatedI2cConformance(string profile) : SimulatedConformance("i2c", profile);

public sealed class PlainI2cConformance() : SimulatedI2cConformance("plain-i2c");

public sealed class StrictI2cConformance() : SimulatedI2cConformance("strict-i2c");

public sealed class Slb9673Conformance() : SimulatedI2cConformance("slb9673");

public sealed class St33ktpm2xi2cConformance() : SimulatedI2cConformance("st33ktpm2xi2c");

public sealed class Npct75xI2cConformance() : SimulatedI2cConformance("npct75x-i2c");

public sealed class Cr50I2cConformance() : SimulatedI2cConformance("cr50-i2c");

public sealed class Ti50I2cConformance() : SimulatedI2cConformance("ti50-i2c");

public sealed class Npct650Conformance() : SimulatedI2cConformance("npct650");

[Collection(SharedTpm12.Name)]
public abstract class SimulatedI2cTpm12Conformance(string profile, SharedTpm12 tpm) : SimulatedI2cConformance(profile)
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    private protected override SimulatedTpm OpenChip() => Profile == AtmelModel.Name
        ? SimulatedTpm.OnI2c(new AtmelModel(tpm.Lend()))
        : SimulatedTpm.OnI2c(new FifoModel(I2cProfiles.Find(Profile)! with { Family = Family }, tpm.Lend()));
}

/// <summary>A chip of today with the firmware of yesterday: the same registers, the other family.</summary>
public sealed class Slb9673Tpm12Conformance(SharedTpm12 tpm) : SimulatedI2cTpm12Conformance("slb9673", tpm);

public sealed class Slb9635I2cConformance(SharedTpm12 tpm) : SimulatedI2cTpm12Conformance("slb9635-i2c", tpm);

public sealed class Slb9645Conformance(SharedTpm12 tpm) : SimulatedI2cTpm12Conformance("slb9645", tpm);

public sealed class Npct501Conformance(SharedTpm12 tpm) : SimulatedI2cTpm12Conformance("npct501", tpm);

public sealed class Wpct301Conformance(SharedTpm12 tpm) : SimulatedI2cTpm12Conformance("wpct301", tpm);

public sealed class St33zp24Conformance(SharedTpm12 tpm) : SimulatedI2cTpm12Conformance("st33zp24", tpm);

public sealed class At97sc3204tConformance(SharedTpm12 tpm) : SimulatedI2cTpm12Conformance("at97sc3204t", tpm);

public sealed class SimulatedI2cConformanceTests
{
    public static TheoryData<string> Profiles => [.. I2cProfiles.All.Select(static p => p.Name), AtmelModel.Name];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_chip_has_its_class_of_conformance_tests(string profile) =>
        Assert.Contains(profile, SimulatedConformance.Tried<SimulatedI2cConformance>());
}

namespace TpmHw.Contracts;

/// <summary>What every contract says when it is asked for more than it has.</summary>
internal static class Contract
{
    public static PlatformNotSupportedException NoHardware(string package) => new(
        $"This is TpmHw's contract of {package}, which reaches no hardware. Build with -p:VendorPackages=true to have the package.");
}

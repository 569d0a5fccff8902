using System.Globalization;
using System.Runtime.InteropServices;
using TpmHw.Tbs.Native;
using TpmHw.Testing;

namespace TpmHw.Tbs.Tests;

/// <summary>
/// The double of tbs.dll, with one swtpm of each family behind it. On Linux it is the shared object beside the tests;
/// under Wine it is tbs.dll of the system, which the library finds as on Windows, and swtpm is at a port that the environment names.
/// </summary>
[CollectionDefinition(Name)]
public sealed class TbsBench : ICollectionFixture<TbsBench>, IDisposable
{
    public const string Name = "TBS double";

    private readonly Dictionary<TpmFamily, SwtpmProcess> _swtpm = [];

    public TbsBench()
    {
        if (!OperatingSystem.IsWindows())
        {
            TbsLibrary.Loader = static () => NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libtbsdouble.so"));
        }

        Double = new TbsDouble(TbsLibrary.Handle);
    }

    internal TbsDouble Double { get; }

    /// <summary>The double as it is at first, in front of a TPM of a family.</summary>
    internal TbsDouble Reset(TpmFamily family = TpmFamily.Tpm20)
    {
        Double.Reset();
        Double.Connect(family, PortOf(family));
        return Double;
    }

    /// <summary>The port of swtpm.</summary>
    internal int PortOf(TpmFamily family)
    {
        if (Environment.GetEnvironmentVariable("TPMHW_TEST_SWTPM_" + (family == TpmFamily.Tpm12 ? "12" : "20")) is { } port)
        {
            return int.Parse(port, CultureInfo.InvariantCulture);
        }

        if (!_swtpm.TryGetValue(family, out SwtpmProcess? process))
        {
            _swtpm[family] = process = new SwtpmProcess(new SwtpmOptions { OverTcp = true, Family = family });
        }

        return process.Port;
    }

    public void Dispose()
    {
        Double.Disconnect();
        foreach (SwtpmProcess process in _swtpm.Values)
        {
            process.Dispose();
        }
    }
}

using System.Globalization;
using TpmHw.Cli.Capabilities;
using TpmHw.Cli.Pcrs;
using TpmHw.Spec;

namespace TpmHw.Cli.Info;

/// <summary>What a TPM 2.0 says of itself.</summary>
internal sealed class Tpm20Description
{
    private readonly Dictionary<TpmPt, uint> _properties;

    /// <summary>Asks it.</summary>
    public Tpm20Description(Tpm2 tpm, CancellationToken cancellationToken)
    {
        var reader = new CapabilityReader(tpm, cancellationToken);
        _properties = reader.Properties(0x100).Concat(reader.Properties(0x200)).ToDictionary(static p => p.Property, static p => p.Value);
        Algorithms = reader.Algorithms();
        Curves = reader.EccCurves();
        Banks = new PcrReader(tpm, cancellationToken).Banks();
        Info = tpm.Transport.Info;
        Bus = tpm.BusProtection; // last: the key is known when a command has used it
    }

    /// <summary>The transport.</summary>
    public TpmTransportInfo Info { get; }

    /// <summary>How commands were protected on their way to it.</summary>
    public BusProtection Bus { get; }

    /// <summary>Its algorithms.</summary>
    public IReadOnlyList<TpmsAlgProperty> Algorithms { get; }

    /// <summary>Its elliptic curves.</summary>
    public IReadOnlyList<TpmEccCurve> Curves { get; }

    /// <summary>Its PCRs.</summary>
    public IReadOnlyList<PcrBank> Banks { get; }

    /// <summary>The maker's four characters.</summary>
    public string Manufacturer => SpecText.Characters(this[TpmPt.Manufacturer]);

    /// <summary>What the maker calls it.</summary>
    public string Model
    {
        get
        {
            TpmPt[] pieces = [TpmPt.VendorString1, TpmPt.VendorString2, TpmPt.VendorString3, TpmPt.VendorString4];
            string whole = string.Concat(pieces.Select(p => SpecText.Characters(this[p])));
            return string.Join(' ', whole.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>The firmware's two numbers.</summary>
    public string Firmware => string.Create(CultureInfo.InvariantCulture, $"0x{this[TpmPt.FirmwareVersion1]:X8} 0x{this[TpmPt.FirmwareVersion2]:X8}");

    /// <summary>The revision of the specification, in hundredths.</summary>
    public uint Revision => this[TpmPt.Revision];

    /// <summary>The specification's date; null where it has none.</summary>
    public string? Date => this[TpmPt.Year] is >= 1 and <= 9998 and var year && this[TpmPt.DayOfYear] is >= 1 and <= 366 and var day
        ? new DateOnly((int)year, 1, 1).AddDays((int)day - 1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : null;

    /// <summary>The protection against guessing.</summary>
    public Lockout Lockout => new(
        Permanent.HasFlag(TpmaPermanent.InLockout), this[TpmPt.LockoutCounter], this[TpmPt.MaxAuthFail], this[TpmPt.LockoutInterval], this[TpmPt.LockoutRecovery]);

    /// <summary>What stays over a reset.</summary>
    public TpmaPermanent Permanent => (TpmaPermanent)this[TpmPt.Permanent];

    /// <summary>What Startup set.</summary>
    public TpmaStartupClear StartupClear => (TpmaStartupClear)this[TpmPt.StartupClear];

    /// <summary>A property's value; 0 where the TPM does not give it.</summary>
    public uint this[TpmPt property] => _properties.GetValueOrDefault(property);

    /// <summary>The names of the algorithms with all of the given attributes and none of the others.</summary>
    public IReadOnlyList<string> Names(TpmaAlgorithm with, TpmaAlgorithm without = TpmaAlgorithm.None) =>
    [
        .. Algorithms.Where(a => (a.AlgProperties & with) == with && (a.AlgProperties & without) == 0).Select(static a => SpecText.Algorithm(a.Alg)),
    ];

    /// <summary>The names of the curves, as in NIST_P256.</summary>
    public IReadOnlyList<string> CurveNames() => [.. Curves.Select(static c => c.SpecName()?["TPM_ECC_".Length..] ?? SpecText.Unknown((uint)c))];
}

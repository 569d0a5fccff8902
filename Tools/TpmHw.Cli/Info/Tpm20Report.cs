using System.Globalization;
using TpmHw.Cli.Output;
using TpmHw.Spec;

namespace TpmHw.Cli.Info;

/// <summary>What is told of a TPM 2.0.</summary>
internal static class Tpm20Report
{
    private const TpmaAlgorithm Keyed = TpmaAlgorithm.Signing | TpmaAlgorithm.Encrypting | TpmaAlgorithm.Method;

    /// <summary>To a person.</summary>
    public static Page Page(Tpm20Description tpm)
    {
        string revision = string.Create(CultureInfo.InvariantCulture, $"{tpm.Revision / 100}.{tpm.Revision % 100:D2}");
        return new Page()
            .Heading(tpm.Model.Length > 0 ? tpm.Model : "TPM")
            .Row("connection", tpm.Info.Name)
            .Row("family", $"TPM 2.0, revision {revision}" + (tpm.Date is { } date ? $" of {date}" : ""))
            .Row("manufacturer", Vendors.Describe(tpm.Manufacturer))
            .Row("firmware", tpm.Firmware)
            .Row("certified", new TpmaModes(tpm[TpmPt.Modes]) switch { { Fips140_3: true } => "made to meet FIPS 140-3", { Fips140_2: true } => "made to meet FIPS 140-2", _ => null })
            .Row("shared", tpm.Info.HasResourceManager ? "through a resource manager; what others have loaded is not seen here" : null)
            .Bus(tpm.Bus)
            .Heading("Algorithms")
            .Row("hashes", List(tpm.Names(TpmaAlgorithm.Hash, Keyed | TpmaAlgorithm.Symmetric)))
            .Row("keys", List(tpm.Names(TpmaAlgorithm.Asymmetric | TpmaAlgorithm.Object)))
            .Row("curves", List(tpm.CurveNames()))
            .Row("signatures", List(tpm.Names(TpmaAlgorithm.Asymmetric | TpmaAlgorithm.Signing, TpmaAlgorithm.Object)))
            .Row("ciphers", List(tpm.Names(TpmaAlgorithm.Symmetric, Keyed | TpmaAlgorithm.Hash)))
            .Heading("PCRs")
            .Table(["bank", "PCRs"], tpm.Banks.Select(static b => new[] { b.Name, Ranges(b.Pcrs) }))
            .Heading("Lockout")
            .Row("state", tpm.Lockout.State)
            .Row("in time", tpm.Lockout.Outlook)
            .Row("its own", tpm.Lockout.OwnAuthorization)
            .Heading("Owner")
            .Row("passwords", Passwords(tpm.Permanent))
            .Row("hierarchies", Hierarchies(tpm.StartupClear))
            .Row("clear", tpm.Permanent.HasFlag(TpmaPermanent.DisableClear) ? "TPM2_Clear is disabled" : "TPM2_Clear is allowed")
            .Row("last end", tpm.StartupClear.HasFlag(TpmaStartupClear.Orderly) ? "in order" : "power went without a shutdown")
            .Heading("Room")
            .Row("objects", $"{tpm[TpmPt.HrTransientAvail]} more can be loaded")
            .Row("sessions", $"{tpm[TpmPt.HrLoaded]} loaded, {tpm[TpmPt.HrLoadedAvail]} more; {tpm[TpmPt.HrActive]} in use of {tpm[TpmPt.ActiveSessionsMax]}")
            .Row("persistent keys", $"{tpm[TpmPt.HrPersistent]}, about {tpm[TpmPt.HrPersistentAvail]} more")
            .Row("NV indices", $"{tpm[TpmPt.HrNvIndex]}, each of at most {tpm[TpmPt.NvIndexMax]} bytes, {tpm[TpmPt.NvBufferMax]} at a time")
            .Row("messages", $"{tpm[TpmPt.MaxCommandSize]} bytes for a command, {tpm[TpmPt.MaxResponseSize]} for a response, {tpm[TpmPt.InputBuffer]} for data in one");
    }

    /// <summary>To a program.</summary>
    public static void Write(Tpm20Description tpm, DocumentWriter document)
    {
        document.BeginMap();
        document.Text("connection", tpm.Info.Name);
        document.Text("transport", tpm.Info.Kind);
        document.Flag("resource_manager", tpm.Info.HasResourceManager);
        document.Text("family", "2.0");
        document.Hundredths("revision", tpm.Revision);
        document.Text("date", tpm.Date);
        document.Text("manufacturer", tpm.Manufacturer);
        document.Text("manufacturer_name", Vendors.NameOf(tpm.Manufacturer));
        document.Text("model", tpm.Model);
        document.Text("firmware", tpm.Firmware);
        BusReport.Write(tpm.Bus, document);
        Strings(document, "algorithms", [.. tpm.Algorithms.Select(static a => SpecText.Algorithm(a.Alg))]);
        Strings(document, "curves", tpm.CurveNames());
        document.BeginMap("pcr_banks");
        foreach (Pcrs.PcrBank bank in tpm.Banks)
        {
            document.Numbers(bank.Name, bank.Pcrs);
        }

        document.EndMap();
        WriteLockout(tpm.Lockout, document);
        document.BeginMap("passwords_set");
        document.Flag("owner", tpm.Permanent.HasFlag(TpmaPermanent.OwnerAuthSet));
        document.Flag("endorsement", tpm.Permanent.HasFlag(TpmaPermanent.EndorsementAuthSet));
        document.Flag("lockout", tpm.Permanent.HasFlag(TpmaPermanent.LockoutAuthSet));
        document.EndMap();
        document.BeginMap("limits");
        document.Number("command_bytes", tpm[TpmPt.MaxCommandSize]);
        document.Number("response_bytes", tpm[TpmPt.MaxResponseSize]);
        document.Number("buffer_bytes", tpm[TpmPt.InputBuffer]);
        document.Number("digest_bytes", tpm[TpmPt.MaxDigest]);
        document.Number("nv_index_bytes", tpm[TpmPt.NvIndexMax]);
        document.Number("nv_buffer_bytes", tpm[TpmPt.NvBufferMax]);
        document.Number("sessions", tpm[TpmPt.ActiveSessionsMax]);
        document.EndMap();
        document.EndMap();
    }

    private static void WriteLockout(Lockout lockout, DocumentWriter document)
    {
        document.BeginMap("lockout");
        document.Flag("in_lockout", lockout.InLockout);
        document.Number("failed_tries", lockout.Failed);
        document.Number("max_tries", lockout.Max);
        document.Number("tries_left", lockout.TriesLeft);
        document.Number("interval_seconds", lockout.Interval);
        document.Number("recovery_seconds", lockout.Recovery);
        document.EndMap();
    }

    private static void Strings(DocumentWriter document, string name, IReadOnlyList<string> values)
    {
        document.BeginList(name);
        foreach (string value in values)
        {
            document.Item(value);
        }

        document.EndList();
    }

    private static string? List(IReadOnlyList<string> names) => names.Count == 0 ? null : string.Join(", ", names);

    private static string Passwords(TpmaPermanent permanent)
    {
        string[] set =
        [
            .. permanent.HasFlag(TpmaPermanent.OwnerAuthSet) ? ["owner"] : Array.Empty<string>(),
            .. permanent.HasFlag(TpmaPermanent.EndorsementAuthSet) ? ["endorsement"] : Array.Empty<string>(),
            .. permanent.HasFlag(TpmaPermanent.LockoutAuthSet) ? ["lockout"] : Array.Empty<string>(),
        ];
        return set.Length == 0 ? "none are set" : "set for " + string.Join(", ", set);
    }

    private static string Hierarchies(TpmaStartupClear bits)
    {
        string[] off =
        [
            .. bits.HasFlag(TpmaStartupClear.ShEnable) ? Array.Empty<string>() : ["owner"],
            .. bits.HasFlag(TpmaStartupClear.EhEnable) ? Array.Empty<string>() : ["endorsement"],
            .. bits.HasFlag(TpmaStartupClear.PhEnable) ? Array.Empty<string>() : ["platform"],
        ];
        return off.Length == 0 ? "all enabled" : "disabled: " + string.Join(", ", off);
    }

    /// <summary>Numbers in short: 0-7, 9.</summary>
    internal static string Ranges(IReadOnlyList<int> numbers)
    {
        var ranges = new List<string>();
        for (int i = 0; i < numbers.Count; i++)
        {
            int first = numbers[i];
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1)
            {
                i++;
            }

            ranges.Add(first == numbers[i] ? $"{first}" : $"{first}-{numbers[i]}");
        }

        return string.Join(", ", ranges);
    }
}
